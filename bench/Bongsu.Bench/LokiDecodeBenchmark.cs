using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Bongsu.Bench.Events;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode.Loki;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>A Loki push of JSON lines in one stream: JSON within JSON, an escape every few bytes. An operation is one line.</summary>
[MemoryDiagnoser]
public class LokiDecodeBenchmark
{
    private const int Lines = 1000;

    private readonly byte[] _body;
    private readonly LogBatch _batch = new();
    private readonly RejectionTally _tally = new();
    private readonly LokiJson _decoder = new(new IngestLimits());

    public LokiDecodeBenchmark()
    {
        var corpus = new LogCorpus(Lines, 20_000, 1_795_096_800_000_000_000);
        var values = new string[Lines][];
        for (var i = 0; i < Lines; i++)
        {
            var (_, time, line) = corpus.Next(i);
            values[i] = [time.ToString(System.Globalization.CultureInfo.InvariantCulture), line];
        }
        var options = new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        _body = Encoding.UTF8.GetBytes($"{{\"streams\":[{{\"stream\":{{\"service\":\"a\"}},\"values\":{JsonSerializer.Serialize(values, options)}}}]}}");
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int Decode()
    {
        _batch.Clear();
        _tally.Clear();
        _decoder.Decode(_body, _batch, _tally);
        return _batch.Count;
    }
}
