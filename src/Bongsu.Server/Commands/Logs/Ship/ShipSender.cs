using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Sends batches one after the other, each again until the server has said what became of it, or for long enough.</summary>
/// <param name="http">Carries the token.</param>
/// <param name="address">Of /bongsu/v1/logs/jsonl, with what all records have in common.</param>
/// <param name="patience">How long one batch is tried; zero: for ever.</param>
/// <param name="time">Clock.</param>
internal sealed class ShipSender(HttpClient http, Uri address, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public async Task<ShipOutcome> SendAsync(ShipBatch batch, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            var (outcome, wait) = await TryAsync(batch, cancellationToken);
            if (wait is not { } given)
                return outcome;
            if (patience > TimeSpan.Zero && time.GetElapsedTime(start) >= patience)
                return outcome with { IsFinal = true };
            // As long as the server says, at least; and never all senders at once.
            var next = given > pause ? given : pause;
            await Task.Delay(next * (0.75 + Random.Shared.NextDouble() / 2), time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>The outcome, and how long to wait before the batch is sent again; null: it is not.</summary>
    private async Task<(ShipOutcome Outcome, TimeSpan? Wait)> TryAsync(ShipBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ByteArrayContent(batch.Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            content.Headers.ContentEncoding.Add("gzip");
            using var response = await http.PostAsync(address, content, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.BadRequest)
                return (Read(batch, body, response.StatusCode), null);
            var problem = $"{address.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode}: {Terminal.Safe(body.Trim())}";
            var isPassing = (int)response.StatusCode is 408 or 425 or 429 or >= 500;
            return (new ShipOutcome(0, batch.Records, problem, ExitCodes.Failed, IsFinal: !isPassing), isPassing ? response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero : null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (new ShipOutcome(0, batch.Records, $"cannot reach {address.GetLeftPart(UriPartial.Authority)}: {e.Message}", ExitCodes.Unreachable), TimeSpan.Zero);
        }
    }

    private static ShipOutcome Read(ShipBatch batch, string body, HttpStatusCode status)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var (accepted, rejected) = (json.RootElement.GetProperty("accepted").GetInt32(), json.RootElement.GetProperty("rejected").GetInt32());
            if (rejected == 0)
                return new ShipOutcome(accepted, 0, null, ExitCodes.Ok);
            var reasons = json.RootElement.GetProperty("rejections").EnumerateArray().Select(r => $"{r.GetProperty("count")} refused: {Terminal.Safe(r.GetProperty("detail").GetString() ?? "")}");
            return new ShipOutcome(accepted, rejected, string.Join("; ", reasons), ExitCodes.Failed);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new ShipOutcome(0, batch.Records, $"the address answered {(int)status} with something that Bongsu does not say: {Terminal.Safe(body.Trim())}", ExitCodes.Failed, IsFinal: true);
        }
    }
}
