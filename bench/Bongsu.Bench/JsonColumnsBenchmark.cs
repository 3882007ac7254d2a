using BenchmarkDotNet.Attributes;
using Bongsu.Bench.Events;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>A sealed block of JSON log lines: written, read whole, and asked for a field, a number and a text. An operation is one line.</summary>
[MemoryDiagnoser]
public class JsonColumnsBenchmark
{
    private const int Lines = 8192;

    private readonly LogBatch _batch = new();
    private readonly LogSignal _signal = new();
    private readonly JsonLine _line = new();
    private readonly ByteWriter _sealed = new(1 << 20);
    private readonly ByteWriter _into = new(1 << 20);
    private readonly LogSelect _all = new(long.MinValue, long.MaxValue, [], NewestFirst: false) { OnlyFields = ["error_type"] };

    public JsonColumnsBenchmark()
    {
        var corpus = new LogCorpus(Lines, 20_000, 1_795_096_800_000_000_000);
        _batch.Streams.Add(_batch.Arena.Append(LabelSet.Of(("service", "a")).Bytes));
        for (var i = 0; i < Lines; i++)
        {
            var (_, time, line) = corpus.Next(i);
            _batch.Records.Add(new LogRecord { Resource = -1, Scope = -1, TimeUnixNano = time, Body = AttributeValue.OfString(_batch.Arena.Append(line)) });
        }
        _signal.Encode(_batch, _sealed, compress: true);
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int SplitLines()
    {
        var values = 0;
        foreach (ref readonly var record in _batch.Records.Span)
            values += _line.TrySplit(_batch.Arena.Get(record.Body.Payload)) ? _line.Values.Count : 0;
        return values;
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int EncodeBlock()
    {
        _into.Clear();
        _signal.Encode(_batch, _into, compress: true);
        _signal.Words.Put(_into);
        return _into.Length;
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int DecodeBlock() => _signal.Decode(_sealed.Written)!.Count;

    [Benchmark(OperationsPerInvoke = Lines)]
    public int SelectByField() => Select(_all with { Fields = [FieldCondition.OfText(new LabelMatcher(Telemetry.Labels.MatchType.Equal, "level", "ERROR"))] });

    [Benchmark(OperationsPerInvoke = Lines)]
    public int SelectByNumber() => Select(_all with { Fields = [FieldCondition.OfNumber("duration_ms", FieldComparison.Greater, 1000)] });

    [Benchmark(OperationsPerInvoke = Lines)]
    public int SelectByText() => Select(_all with { Needles = ["SKU-1"u8.ToArray()] });

    private int Select(LogSelect select) => _signal.Decode(_sealed.Written, new LogFilter(select))!.Count;
}
