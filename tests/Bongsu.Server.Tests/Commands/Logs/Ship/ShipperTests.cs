using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Bongsu.Server.Commands.Logs.Ship;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Commands.Logs.Ship;

public sealed class ShipperTests
{
    private readonly ManualTime _time = new();
    private readonly List<HttpStatusCode> _answers = [];
    private readonly List<string> _received = [];
    private readonly StringWriter _error = new();
    private int _asked;

    [Fact]
    public async Task EveryLineIsSentAndItEndsWithSuccess()
    {
        Assert.Equal(0, await RunAsync("one\ntwo\n  more\n"));
        Assert.Equal(["one", "two\n  more"], _received);
        Assert.Contains("2 records sent.", _error.ToString());
    }

    [Fact]
    public async Task AServerThatIsFullIsAskedAgainUntilItTakesTheLines()
    {
        _answers.AddRange([HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests, HttpStatusCode.OK]);
        Assert.Equal(0, await RunAsync("one\n"));
        Assert.Equal((3, 1), (_asked, _received.Count));
    }

    [Fact]
    public async Task AServerThatStaysFullIsGivenUp()
    {
        _answers.AddRange(Enumerable.Repeat(HttpStatusCode.ServiceUnavailable, 10_000));
        Assert.Equal(1, await RunAsync("one\n", TimeSpan.FromMinutes(10)));
        Assert.Contains("503", _error.ToString());
        Assert.Contains("0 records sent, 1 not.", _error.ToString());
        Assert.InRange(_asked, 1, 500);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task ARefusalForGoodEndsAtOnce(HttpStatusCode status)
    {
        _answers.Add(status);
        Assert.Equal(1, await RunAsync("one\n"));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task RefusedRecordsAreNoSuccess()
    {
        _answers.Add(HttpStatusCode.PartialContent);
        Assert.Equal(1, await RunAsync("one\n"));
        Assert.Contains("too old", _error.ToString());
    }

    // The clock is moved on while requests run: a patience of its own time would end at any of them.
    private async Task<int> RunAsync(string input, TimeSpan patience = default)
    {
        using var http = new HttpClient(new Answering(this));
        LineJoin.TryParse("auto", out var join, out _);
        var sender = new ShipSender(http, new Uri("http://server/bongsu/v1/logs/jsonl?body=message"), patience, _time);
        using var source = new InputLines(new MemoryStream(Encoding.UTF8.GetBytes(input)), _time);
        var running = new Shipper(source, join!, sender, _ => { }, _error, _time).RunAsync(default);
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        return await running;
    }

    private sealed class Answering(ShipperTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var status = test._asked < test._answers.Count ? test._answers[test._asked] : HttpStatusCode.OK;
            test._asked++;
            if (status == HttpStatusCode.PartialContent)
                return new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent("""{"accepted":0,"rejected":1,"rejections":[{"reason":"TooOld","count":1,"detail":"too old"}]}""") };
            if (status != HttpStatusCode.OK)
                return new HttpResponseMessage(status) { Content = new StringContent("no") };
            using var gzip = new GZipStream(await request.Content!.ReadAsStreamAsync(cancellationToken), CompressionMode.Decompress);
            var lines = (await new StreamReader(gzip).ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            test._received.AddRange(lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$"""{"accepted":{{lines.Length}},"rejected":0,"rejections":[]}""") };
        }
    }
}
