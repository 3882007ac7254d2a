using BenchmarkDotNet.Attributes;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Bench;

/// <summary>2000 known series: found by their labels, put into a WAL record, and appended to the head, with the compression of every 128th sample. An operation is one sample.</summary>
[MemoryDiagnoser]
public class MetricAppendBenchmark
{
    private const int Series = 2000;

    private readonly SeriesTable _table = new(new LabelSetPool(), null);
    private readonly byte[][] _labels = new byte[Series][];
    private readonly SampleRecord _record = new();
    private readonly ByteWriter _into = new(1 << 16);
    private readonly RecordApplier _applier;
    private long _time = 1_795_096_800_000;

    public MetricAppendBenchmark()
    {
        // One window for all, however long the benchmark runs.
        _applier = new RecordApplier(new HeadRouter(long.MaxValue / 4, _table), long.MaxValue / 4);
        for (var i = 0; i < Series; i++)
        {
            _labels[i] = LabelSet.Of(("__name__", "http_server_request_duration_seconds_bucket"), ("instance", $"10.0.0.{i % 100}:8080"), ("route", $"/api/{i}")).Bytes.ToArray();
            _record.Series.Add(_table.Add(_labels[i], _time));
            _record.TimesMs.Add(_time);
            _record.Values.Add(i * 0.25);
        }
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public int FindKnownSeries()
    {
        var sum = 0;
        foreach (var labels in _labels)
            sum += _table.Find(labels);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public void AppendToHead()
    {
        _time += 15_000;
        _record.TimesMs.Mutable.Fill(_time);
        _applier.Apply(_record, _time, 1);
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public int EncodeForWal()
    {
        _into.Clear();
        _record.Put(_into);
        return _into.Length;
    }
}
