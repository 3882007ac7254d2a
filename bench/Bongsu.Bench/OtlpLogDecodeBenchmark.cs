using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>Requests of 500 log records.</summary>
[MemoryDiagnoser]
public class OtlpLogDecodeBenchmark
{
    private const long NowNanos = 1_795_096_800_000_000_000;

    private readonly byte[] _body = Payloads.Logs(NowNanos, new Random(1));
    private readonly LogBatch _batch = new();
    private readonly RejectionTally _tally = new();
    private readonly OtlpLogs _decoder = new(new IngestLimits());

    [Benchmark(OperationsPerInvoke = Payloads.LogsPerRequest)]
    public int Decode()
    {
        _batch.Clear();
        _tally.Clear();
        _decoder.Decode(_body, NowNanos, _batch, _tally);
        return _batch.Count;
    }
}
