using BenchmarkDotNet.Attributes;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Bench;

/// <summary>2000 known series: found by their labels, put into a WAL record, and read back as a replay does. An operation is one sample.</summary>
[MemoryDiagnoser]
public class MetricAppendBenchmark
{
    private const int Series = 2000;

    private readonly MetricHead _head = new();
    private readonly byte[][] _labels = new byte[Series][];
    private readonly SampleRecord _record = new();
    private readonly ByteWriter _into = new(1 << 16);

    public MetricAppendBenchmark()
    {
        for (var i = 0; i < Series; i++)
        {
            _labels[i] = LabelSet.Of(("__name__", "http_server_request_duration_seconds_bucket"), ("instance", $"10.0.0.{i % 100}:8080"), ("route", $"/api/{i}")).Bytes.ToArray();
            _head.Add(_labels[i]);
            _record.Series.Add(i);
            _record.TimesMs.Add(1_795_096_800_000 + i % 3);
            _record.Values.Add(i * 0.25);
        }
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public int FindKnownSeries()
    {
        var sum = 0;
        foreach (var labels in _labels)
            sum += _head.Find(labels)!.Id;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public int AppendToBuffer()
    {
        var buffer = new SampleBuffer();
        var size = 0;
        for (var i = 0; i < Series; i++)
            size += buffer.Add(1_795_096_800_000 + i * 15_000L, i);
        return size;
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public int EncodeForWal()
    {
        _into.Clear();
        _record.Put(_into);
        return _into.Length;
    }
}
