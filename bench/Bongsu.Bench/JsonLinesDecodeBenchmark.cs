using System.Text;
using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>Requests of 500 JSON log lines of about 300 bytes.</summary>
[MemoryDiagnoser]
public class JsonLinesDecodeBenchmark
{
    private const int Lines = 500;
    private const long NowNanos = 1_795_096_800_000_000_000;

    private readonly byte[] _body = Body();
    private readonly LogBatch _batch = new();
    private readonly RejectionTally _tally = new();
    private readonly JsonLines _decoder = new(new IngestLimits());
    private readonly JsonLinesOptions _options = new([], [], IsBodyMessage: false);

    [Benchmark(OperationsPerInvoke = Lines)]
    public int Decode()
    {
        _batch.Clear();
        _tally.Clear();
        _decoder.Decode(_body, _options, NowNanos, _batch, _tally);
        return _batch.Count;
    }

    private static byte[] Body()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Lines; i++)
        {
            text.Append($$"""{"timestamp":"2026-11-19T14:00:00.{{i:000}}Z","level":"{{(i % 100 == 0 ? "error" : "info")}}","service":"orders-api","env":"production","version":"1.{{i % 3}}.0","trace_id":"4bf92f3577b34da6a3ce929d0e0e{{i:0000}}","span_id":"00f067aa0ba9{{i:0000}}","message":"order {{i}} accepted after 3 attempts","http_route":"/orders/{id}","http_status":200,"duration_ms":{{i}}.25,"user_id":"u{{i * 7919 % 100_000}}"}""");
            text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
