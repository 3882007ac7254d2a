using System.Globalization;
using Bongsu.Query.LogPatterns;
using Bongsu.Telemetry;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/logs/patterns: what services say, how much of it, and what is new or gone.</summary>
internal static class LogPatternsApi
{
    private const int DefaultEntries = 100;
    private const int MaxEntries = 1000;
    private const long DefaultSinceMs = 3_600_000;
    private const long MaxSinceMs = 31L * 24 * 3_600_000;

    // The year 9999, where times as text end.
    private const long MaxTimeMs = 253_402_300_799_000;

    /// <param name="routes">Where it goes.</param>
    /// <param name="store">Where patterns and counts are.</param>
    /// <param name="flush">Writes what is counted up to now.</param>
    /// <param name="example">A line of a service's pattern by its id, if one is known.</param>
    /// <param name="time">The clock.</param>
    public static void Map(IEndpointRouteBuilder routes, ITelemetryStore store, Func<CancellationToken, Task> flush, Func<string, string, string?> example, TimeProvider time)
    {
        var reader = new LogPatternReader(store, time);
        routes.MapGet("/bongsu/v1/logs/patterns", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            var sinceMs = DefaultSinceMs;
            if (request.Query["since"].ToString() is { Length: > 0 } since && (!TimeParameter.TryDuration(since, out sinceMs) || sinceMs > MaxSinceMs))
                return ApiErrors.BadRequest("badSince", $"since: \"{TimeParameter.Shown(since)}\" is no duration up to 31d; give ms or such as 30m");
            var limit = DefaultEntries;
            if (request.Query["limit"].ToString() is { Length: > 0 } text
                && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxEntries))
                return ApiErrors.BadRequest("badLimit", $"limit: give a whole number from 1 to {MaxEntries}");
            long? toMs = null;
            if (request.Query["to"].ToString() is { Length: > 0 } to)
            {
                if (!long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var endMs) || endMs < MaxSinceMs || endMs > MaxTimeMs)
                    return ApiErrors.BadRequest("badTo", $"to: \"{TimeParameter.Shown(to)}\" is no time; give ms since the epoch");
                toMs = endMs;
            }
            var service = request.Query["service"].ToString();
            await flush(cancellationToken);
            var changes = await reader.ChangesAsync(service.Length > 0 ? service : null, TimeSpan.FromMilliseconds(sinceMs), toMs, cancellationToken);
            return Results.Ok(new
            {
                patterns = changes.Patterns.Take(limit).Select(change => LogPatternRow.Of(change, example(change.Pattern.Service, change.Pattern.Id))),
                total = changes.Patterns.Count,
                otherLines = changes.OtherLines,
                sinceMs,
                asOfMs = toMs ?? time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
        });
    }
}
