using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Known;

/// <summary>
/// The series that senders have named before, by the very bytes they name them with, so that one that comes again costs no label work. Bounded in
/// bytes by two generations: when the newer one has grown to half of the bound, the older one is forgotten, and what is asked for in the older one
/// moves to the newer. That happens at most once in <see cref="LookInterval"/>: until then new ones are not remembered, so that of more series than
/// there is room for a part stays known instead of none. Thread-safe; readers take no lock (see <see cref="SeriesLookup"/>, one for each request).
/// </summary>
internal sealed class SeriesCache(long maxBytes, TimeProvider time)
{
    /// <summary>How long a series passes without a look by the pipeline: limits count a series as active at this precision.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(5);

    /// <summary>The longest key that is kept.</summary>
    public const int MaxKeyBytes = 16 * IngestLimits.KiB;

    private readonly object _lock = new();
    private readonly ulong _seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private readonly ulong _otherSeed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private readonly ulong _prime = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
    private readonly long _start = time.GetTimestamp();
    private SeriesGeneration _newer = new();
    private SeriesGeneration _older = new();
    private int _turnedSeconds;

    public SeriesGeneration Newer => Volatile.Read(ref _newer);

    public SeriesGeneration Older => Volatile.Read(ref _older);

    /// <summary>Whether nothing more is remembered for now.</summary>
    public bool IsFull => Newer.SizeBytes > maxBytes / 2 && Older.Count > 0 && NowSeconds - Volatile.Read(ref _turnedSeconds) < (int)LookInterval.TotalSeconds;

    public int NowSeconds => (int)time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>A hash of a key. Its seeds are secret, so that no sender can crowd the table on purpose.</summary>
    public ulong Hash(ReadOnlySpan<byte> key) => Hash(key, _seed);

    /// <summary>16 bytes that stand for a text which is too long to be part of every key.</summary>
    public void Fingerprint(ReadOnlySpan<byte> text, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, Hash(text, _seed));
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], Hash(text, _otherSeed));
    }

    private ulong Hash(ReadOnlySpan<byte> key, ulong seed)
    {
        var hash = seed ^ (ulong)key.Length;
        while (key.Length >= 16)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key), _prime ^ BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
            key = key[16..];
        }
        if (key.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key), _prime);
            key = key[8..];
        }
        ulong tail = 0;
        for (var i = 0; i < key.Length; i++)
            tail |= (ulong)key[i] << (8 * i);
        return Fold(hash ^ tail, _prime ^ seed);
    }

    /// <summary>Remembers series of a request that was stored.</summary>
    public void Learn(ReadOnlySpan<SeriesLookup.Pending> pending, ReadOnlySpan<byte> keys, MetricBatch batch)
    {
        lock (_lock)
        {
            foreach (ref readonly var series in pending)
            {
                if (!batch.IsDropped(series.Series))
                    Learn(series, keys.Slice(series.KeyStart, series.KeyLength), batch);
            }
        }
    }

    private void Learn(in SeriesLookup.Pending series, ReadOnlySpan<byte> key, MetricBatch batch)
    {
        if (TryLookedAt(_newer, series, key))
            return;
        if (IsFull)
        {
            TryLookedAt(_older, series, key);
            return;
        }
        if (_newer.SizeBytes > maxBytes / 2)
        {
            Volatile.Write(ref _older, _newer);
            Volatile.Write(ref _newer, new SeriesGeneration());
            Volatile.Write(ref _turnedSeconds, NowSeconds);
        }
        var handle = series.Known ?? new SeriesHandle(LabelSet.FromCanonical(batch.SeriesLabels(series.Series)));
        _newer.Add(key, series.Hash, series.Tag, handle, series.LookedAtSeconds);
    }

    private static bool TryLookedAt(SeriesGeneration generation, in SeriesLookup.Pending series, ReadOnlySpan<byte> key)
    {
        var found = generation.Find(key, series.Hash, out var entries);
        if (found < 0)
            return false;
        entries[found].LookedAtSeconds = Math.Max(entries[found].LookedAtSeconds, series.LookedAtSeconds);
        return true;
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low ^ BitOperations.RotateLeft(a, 32);
    }
}
