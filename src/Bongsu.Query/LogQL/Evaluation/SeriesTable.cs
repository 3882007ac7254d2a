using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Series of a range aggregation by their labels. Lines are looked up by the bytes of the values that tell series apart; labels are made for the first line
/// of each only. Not thread-safe.
/// </summary>
/// <param name="grouping">By which labels lines are told apart; null: by all but <paramref name="except"/>.</param>
/// <param name="except">The label whose value is the sample, or null.</param>
/// <param name="maxSeries">More fail the query.</param>
internal sealed class SeriesTable<T>(Grouping? grouping, string? except, int maxSeries) where T : class, new()
{
    private readonly Dictionary<LabelSet, T> _series = [];
    private readonly Dictionary<ulong, (byte[] Key, T Series)> _byKey = [];
    private readonly ByteArena _key = new();

    public IReadOnlyDictionary<LabelSet, T> All => _series;

    // Hot path: bytes put together and looked up; nothing is allocated for a series that is known.
    public T Of(LineState line)
    {
        _key.Clear();
        if (grouping is { Without: false })
            WriteNamed(line);
        else
            WriteAll(line);
        var hash = LabelHash.Of(_key.All);
        return _byKey.TryGetValue(hash, out var known) && _key.All.SequenceEqual(known.Key) ? known.Series : Add(line, hash);
    }

    private void WriteNamed(LineState line)
    {
        for (var i = 0; i < grouping!.Labels.Count; i++)
            Write(line.GetUtf8(grouping.Labels[i]));
    }

    // Safety: the bytes of strings are read as they are, within their lengths.
    private void WriteAll(LineState line)
    {
        for (var i = 0; i < line.Count; i++)
        {
            var name = line.NameOf(i);
            if (name == except || grouping?.Labels.Contains(name) == true)
                continue;
            Write(MemoryMarshal.AsBytes(name.AsSpan()));
            Write(line.Utf8Of(i));
        }
        if (line.Error is not null)
            Write(MemoryMarshal.AsBytes(line.Error.AsSpan()));
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        var room = _key.Reserve(sizeof(int) + text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(room, text.Length);
        text.CopyTo(room[sizeof(int)..]);
        _key.Commit(sizeof(int) + text.Length);
    }

    // Other bytes may be the same labels: in another order, or empty.
    private T Add(LineState line, ulong hash)
    {
        var labels = SeriesKey.OfLine(line, grouping, except);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= maxSeries)
                throw new LogQlEvaluationException(QueryFailureKind.BadQuery, MetricEvaluator.TooManySeries(maxSeries));
            _series[labels] = series = new T();
        }
        if (_byKey.Count > maxSeries)
            _byKey.Clear();
        _byKey[hash] = (_key.All.ToArray(), series);
        return series;
    }
}
