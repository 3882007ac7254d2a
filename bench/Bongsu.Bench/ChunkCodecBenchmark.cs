using BenchmarkDotNet.Attributes;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Bench;

/// <summary>A chunk of two hours at 15 s: an operation is one sample.</summary>
[MemoryDiagnoser]
public class ChunkCodecBenchmark
{
    private const int Samples = 480;

    private readonly long[] _times = new long[Samples];
    private readonly double[] _values = new double[Samples];
    private readonly ByteWriter _encoded = new(1 << 13);
    private readonly ByteWriter _into = new(1 << 13);
    private readonly Column<long> _decodedTimes = new();
    private readonly Column<double> _decodedValues = new();

    public ChunkCodecBenchmark()
    {
        var random = new Random(1);
        for (var i = 0; i < Samples; i++)
        {
            _times[i] = 1_795_096_800_000 + i * 15_000L + random.Next(20);
            _values[i] = Math.Round(random.NextDouble() * 1000, 2);
        }
        ChunkCodec.Put(_encoded, _times, _values, withSummary: true);
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public int Encode()
    {
        _into.Clear();
        ChunkCodec.Put(_into, _times, _values, withSummary: true);
        return _into.Length;
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public bool Decode()
    {
        _decodedTimes.Clear();
        _decodedValues.Clear();
        var reader = new ByteReader(_encoded.Written);
        return ChunkCodec.TryRead(ref reader, _decodedTimes, _decodedValues);
    }
}
