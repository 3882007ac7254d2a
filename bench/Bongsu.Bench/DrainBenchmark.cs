using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>Log records of one service counted by level, class of error and pattern, once the patterns are known. An operation is one record.</summary>
[MemoryDiagnoser]
public class DrainBenchmark
{
    private const int Records = 1000;
    private const long NowNanos = 1_795_096_800_000_000_000;

    private static readonly string[] s_texts =
    [
        "POST /api/v1/checkout finished with 200 in {0} ms for user u-{1}", "order {0} of customer {1} was placed with {2} items, total {0}.{2} EUR",
        "Connection from 10.0.{2}.17:{0} closed after {1} bytes", "cache miss for key session:{0}, loading from postgres", "Retrying call to inventory-service, attempt {2} of 5",
        "Received block blk_-{0} of size {1} from /10.250.{2}.102", "payment {0} authorised by provider stripe in {2} ms", "consumer group orders rebalanced: partition {2} is at offset {0}",
        "GC pause of {2} ms, heap {1} MB of 2048 MB", "user {1} logged in from 203.0.113.{2}", "slow query ({0} ms): SELECT * FROM orders WHERE customer_id = {1}",
        "2026-11-21T11:42:{2}.{0}Z WARN  pool exhausted, {2} waiting, oldest for {1} ms",
    ];

    private readonly LogMetrics _metrics = new(new IngestOptions(), new IngestCounters(), TimeProvider.System);
    private readonly LogBatch _text = Batch((i, random) => string.Format(CultureInfo.InvariantCulture, s_texts[i % s_texts.Length], random.Next(), random.Next(99999), random.Next(10, 60)));
    private readonly LogBatch _json = Batch((i, random) =>
        $$"""{"ts":"2026-11-21T11:42:10.{{random.Next(1000)}}Z","level":"INFO","service":"orders","trace_id":"{{random.NextInt64():x16}}","route":"/checkout","status":200,"duration_ms":{{random.Next(500)}},"message":"{{string.Format(CultureInfo.InvariantCulture, s_texts[i % 10], random.Next(), random.Next(99999), random.Next(10, 60))}}","user_id":"u{{random.Next()}}","region":"kr-1"}""");
    private readonly LogBatch _different = Batch((_, random) => string.Join(' ', Enumerable.Range(0, 12).Select(_ => Word(random))));

    [Benchmark(OperationsPerInvoke = Records)]
    public void TextLines() => _metrics.Observe(_text);

    [Benchmark(OperationsPerInvoke = Records)]
    public void JsonLines() => _metrics.Observe(_json);

    /// <summary>What a sender can do at worst: each line begins a pattern and pushes one out.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public void LinesThatAllDiffer() => _metrics.Observe(_different);

    private static string Word(Random random) => new([.. Enumerable.Range(0, 8).Select(_ => (char)('a' + random.Next(26)))]);

    private static LogBatch Batch(Func<int, Random, string> line)
    {
        var random = new Random(1);
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("service_name", "orders"), ("level", "info")).Bytes));
        for (var i = 0; i < Records; i++)
        {
            var body = AttributeValue.OfString(batch.Arena.Append(Encoding.UTF8.GetBytes(line(i, random))));
            batch.Records.Add(new LogRecord { Resource = -1, Scope = -1, TimeUnixNano = NowNanos, Body = body });
        }
        return batch;
    }
}
