using BenchmarkDotNet.Attributes;
using Bongsu.Query.LogQL;
using Bongsu.Query.LogQL.Evaluation;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>What a range aggregation does with each record that a store hands over, by what tells its series apart. An operation is one record.</summary>
[MemoryDiagnoser]
public class LogQlRowsBenchmark
{
    private const int Records = 4_096;
    private const int Streams = 36;

    private static readonly string[] s_routes = ["/api/v1/orders/{id}", "/api/v1/cart", "/api/v1/search", "/healthz"];

    private readonly LogBatch _batch = new();
    private RowScan _rows = null!;

    [Params("sum by (service) (rate({env=\"prod\"}[5m]))", "sum by (route) (count_over_time({env=\"prod\"} | json | status=\"500\" [5m]))",
        "max_over_time({env=\"prod\"} | json | unwrap ms [5m]) by (route)")]
    public string Query { get; set; } = "";

    /// <summary>Whether the store gives fields in place of lines.</summary>
    [Params(true, false)]
    public bool WithFields { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var expr = LogQlParser.TryParse(Query, new LogQlLimits(), out _)!;
        var range = expr as RangeAggregationExpr ?? (RangeAggregationExpr)((VectorAggregationExpr)expr).Inner;
        var grouping = range.Grouping ?? ((VectorAggregationExpr)expr).Grouping;
        var plan = ScanPlan.Of(range.Log, MetricEvaluator.Answer(range, grouping));
        var fields = plan.OnlyFields()!;
        Fill(fields);
        var labels = new RecordLabels(plan, Discovery.None);
        labels.Begin(_batch, fields);
        var state = new LineState(plan.Wanted) { OnlyFields = fields };
        var windows = new StepWindows([.. Enumerable.Range(0, 120).Select(step => step * 60_000_000_000)], range.RangeNanos, 0);
        if (WindowCounts.CanCount(range))
        {
            var counts = new WindowCounts(range, grouping, windows, new LogQlLimits());
            _rows = new RowScan(plan, labels, state, counts.Take, counts);
            return;
        }
        _rows = new RowScan(plan, labels, state, new WindowFolds(range, WindowFolds.Of(range.Operation)!.Value, grouping, windows, new LogQlLimits()).Take, null);
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public int Run() => _rows.Run(_batch, 0, _batch.Count);

    private void Fill(IReadOnlyList<string> fields)
    {
        var random = new Random(1);
        for (var i = 0; i < Streams; i++)
            _batch.Streams.Add(_batch.Arena.Append(LabelSet.Of(("env", "prod"), ("service", $"service-{i}")).Bytes));
        _batch.FieldCount = fields.Count;
        for (var i = 0; i < Records; i++)
        {
            var (route, ms) = (s_routes[random.Next(s_routes.Length)], $"{random.Next(100_000) / 100.0:0.##}");
            var record = new LogRecord { Stream = random.Next(Streams), Resource = -1, Scope = -1, TimeUnixNano = i * 1_000_000_000L };
            if (WithFields)
            {
                record.FieldsAt = _batch.FieldValues.Count + 1;
                foreach (var field in fields)
                    _batch.FieldValues.Add(_batch.Arena.Append(field == "route" ? route : field == "ms" ? ms : "500"));
            }
            else
            {
                record.Body = AttributeValue.OfString(_batch.Arena.Append($$"""{"level":"INFO","msg":"request finished and response was written to the client","route":"{{route}}","status":500,"ms":{{ms}},"trace_id":"6c1b2d3e4f506172"}"""));
            }
            _batch.Records.Add(record);
        }
    }
}
