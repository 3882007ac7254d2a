using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bongsu.Bench.Events;

/// <summary>Pushes a corpus in Loki's JSON form, about five megabytes a request, over one connection. Bodies are made between the requests, off the clock.</summary>
internal sealed class LogLoad(LogCorpus corpus, string address)
{
    private const int LinesPerRequest = 13_000;

    private readonly List<double> _requestMs = [];

    public double Seconds => _requestMs.Sum() / 1000;

    public double P99Ms => SideBySide.Figures.Quantile(_requestMs, 0.99);

    public async Task RunAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { Timeout = TimeSpan.FromMinutes(2) };
        for (var from = 0; from < corpus.Lines; from += LinesPerRequest)
        {
            var body = Body(from, Math.Min(LinesPerRequest, corpus.Lines - from));
            var started = Stopwatch.GetTimestamp();
            while (!await TrySendAsync(http, body))
                await Task.Delay(500);
            _requestMs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    /// <summary>The corpus counts as it makes lines: what an earlier run sent is made once more to know the answers.</summary>
    public static void CountOnly(LogCorpus corpus)
    {
        for (var i = 0; i < corpus.Lines; i++)
            corpus.Next(i);
    }

    private async Task<bool> TrySendAsync(HttpClient http, ReadOnlyMemory<byte> body)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.PostAsync(address, content);
        if (response.IsSuccessStatusCode)
            return true;
        // Asked to wait: the sender does, as Promtail would.
        if ((int)response.StatusCode is 429 or 503)
            return false;
        throw new InvalidOperationException($"{address} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private ReadOnlyMemory<byte> Body(int from, int count)
    {
        var byStream = new List<(long, string)>[LogCorpus.Streams];
        for (var i = from; i < from + count; i++)
        {
            var (stream, time, line) = corpus.Next(i);
            (byStream[stream] ??= []).Add((time, line));
        }
        var buffer = new ArrayBufferWriter<byte>(8 << 20);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartArray("streams");
        for (var stream = 0; stream < byStream.Length; stream++)
        {
            if (byStream[stream] is { } entries)
                WriteStream(json, LogCorpus.Stream(stream), entries);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteStream(Utf8JsonWriter json, (string Service, string Environment) stream, List<(long Time, string Line)> entries)
    {
        json.WriteStartObject();
        json.WriteStartObject("stream");
        json.WriteString("service", stream.Service);
        json.WriteString("env", stream.Environment);
        json.WriteEndObject();
        json.WriteStartArray("values");
        foreach (var (time, line) in entries)
        {
            json.WriteStartArray();
            json.WriteStringValue(time.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteStringValue(line);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
