using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Lint;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>Lint over requests of 1,000 records, of which it looks at 125: an operation is one record of the request. And one span name.</summary>
[MemoryDiagnoser]
public class LintBenchmark
{
    private const int Records = 1000;

    private readonly LogBatch _logs = EventBatches.Logs(Records);
    private readonly SpanBatch _spans = EventBatches.Spans(Records);
    private readonly RejectionTally _tally = new();
    private readonly LintStage _stage = new(TimeProvider.System);

    [Benchmark(OperationsPerInvoke = Records)]
    public void Logs() => _stage.Process(_logs, _tally);

    [Benchmark(OperationsPerInvoke = Records)]
    public void Spans() => _stage.Process(_spans, _tally);

    [Benchmark]
    public bool Name() => IdText.IsIn("GET /api/v2/orders/{id}/items"u8);
}
