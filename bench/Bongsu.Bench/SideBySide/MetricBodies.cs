using System.Buffers.Binary;
using Bongsu.Telemetry;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Bench.SideBySide;

/// <summary>
/// The remote-write bodies of one connection, made once into a file and sent to each server in turn: all series at one time, then the next, 2,000 samples a body.
/// A connection has instances of its own, as the shards of a Prometheus have, so that no series overtakes itself.
/// </summary>
internal sealed class MetricBodies : IDisposable
{
    private const int SamplesPerBody = 2000;
    private const int LateEvery = 10;
    private const int LateScrapes = 20;
    private const int MaxSampleSize = 32;

    private readonly SafeFileHandle _file;
    private readonly List<(long Offset, int Size, int Samples)> _bodies = [];
    private byte[] _raw = new byte[1 << 20];
    private int _rawLength;
    private int _rawSamples;
    private long _fileLength;

    private MetricBodies(string path) =>
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);

    public int Count => _bodies.Count;

    public long Bytes => _fileLength;

    public static MetricBodies Make(string path, MetricDataSet data, int connection, int connections)
    {
        var bodies = new MetricBodies(path);
        bodies.Write(data, connection, connections);
        return bodies;
    }

    public int SamplesOf(int body) => _bodies[body].Samples;

    public byte[] Read(int body)
    {
        var bytes = new byte[_bodies[body].Size];
        RandomAccess.Read(_file, bytes, _bodies[body].Offset);
        return bytes;
    }

    public void Dispose() => _file.Dispose();

    private void Write(MetricDataSet data, int connection, int connections)
    {
        var instances = new Dictionary<int, (int Generation, InstanceSeries Series)>();
        var late = new Queue<(int Scrape, byte[] Raw)>();
        for (var scrape = 0; scrape < data.Scrapes; scrape++)
        {
            for (var instance = connection; instance < data.Instances; instance += connections)
            {
                var generation = data.Generation(instance, scrape);
                if (!instances.TryGetValue(instance, out var state) || state.Generation != generation)
                    instances[instance] = state = (generation, new InstanceSeries(instance, generation));
                state.Series.Scrape(scrape);
                if (data.IsOutOfOrder && (scrape + instance) % LateEvery == 0)
                    late.Enqueue((scrape, Encode(state.Series, data.TimeMs(instance, scrape))));
                else
                    AppendAll(state.Series, data.TimeMs(instance, scrape));
            }
            while (late.TryPeek(out var due) && (due.Scrape + LateScrapes <= scrape || scrape == data.Scrapes - 1))
                AppendRaw(late.Dequeue().Raw);
        }
        Cut();
    }

    private static byte[] Encode(InstanceSeries series, long timeMs)
    {
        var raw = new byte[series.Labels.Sum(l => l.Length + MaxSampleSize)];
        var length = 0;
        for (var i = 0; i < InstanceSeries.Count; i++)
            length += Sample(raw.AsSpan(length), series.Labels[i], series.Values[i], timeMs);
        return raw[..length];
    }

    private void AppendAll(InstanceSeries series, long timeMs)
    {
        for (var i = 0; i < InstanceSeries.Count; i++)
        {
            Reserve(series.Labels[i].Length + MaxSampleSize);
            _rawLength += Sample(_raw.AsSpan(_rawLength), series.Labels[i], series.Values[i], timeMs);
            if (++_rawSamples == SamplesPerBody)
                Cut();
        }
    }

    private void AppendRaw(byte[] raw)
    {
        Reserve(raw.Length);
        raw.CopyTo(_raw, _rawLength);
        _rawLength += raw.Length;
        _rawSamples += InstanceSeries.Count;
        if (_rawSamples >= SamplesPerBody)
            Cut();
    }

    private void Reserve(int size)
    {
        if (_rawLength + size > _raw.Length)
            Array.Resize(ref _raw, Math.Max(_raw.Length * 2, _rawLength + size));
    }

    // WriteRequest.timeseries: the labels as they are, then one Sample of value and timestamp.
    private static int Sample(Span<byte> output, byte[] labels, double value, long timeMs)
    {
        Span<byte> time = stackalloc byte[Varint.MaxSize];
        var timeSize = Varint.Write(time, (ulong)timeMs);
        var sampleSize = 1 + 8 + 1 + timeSize;
        output[0] = 0x0a;
        var at = 1 + Varint.Write(output[1..], (ulong)(labels.Length + 2 + sampleSize));
        labels.CopyTo(output[at..]);
        at += labels.Length;
        output[at++] = 0x12;
        output[at++] = (byte)sampleSize;
        output[at++] = 0x09;
        BinaryPrimitives.WriteDoubleLittleEndian(output[at..], value);
        at += 8;
        output[at++] = 0x10;
        time[..timeSize].CopyTo(output[at..]);
        return at + timeSize;
    }

    private void Cut()
    {
        if (_rawSamples == 0)
            return;
        var body = SnappyWriter.Compress(_raw.AsSpan(0, _rawLength));
        RandomAccess.Write(_file, body, _fileLength);
        _bodies.Add((_fileLength, body.Length, _rawSamples));
        _fileLength += body.Length;
        _rawLength = 0;
        _rawSamples = 0;
    }
}
