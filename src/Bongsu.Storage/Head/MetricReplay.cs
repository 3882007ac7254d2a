using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Head;

/// <summary>Takes the records of a WAL back into heads. Ids count within a file.</summary>
/// <param name="router">Where samples go.</param>
/// <param name="applier">Puts them there.</param>
/// <param name="metadata">Where metadata goes.</param>
/// <param name="sealedRanges">What a file still holds though a block has it too.</param>
/// <param name="runningMs">When the replayed heads count as begun.</param>
internal sealed class MetricReplay(HeadRouter router, RecordApplier applier, MetadataTable metadata, IReadOnlyList<SealedRange> sealedRanges, long runningMs)
{
    private readonly SampleRecord _record = new();
    private int[] _ids = [];
    private long _file = -1;
    private long _orphans;

    public bool Apply(FrameType type, long fileNumber, ReadOnlySpan<byte> payload)
    {
        if (fileNumber != _file)
        {
            Array.Fill(_ids, -1);
            _file = fileNumber;
        }
        if (type == FrameType.Deletion)
            return TryDelete(payload);
        if (type != FrameType.Samples || !_record.TryRead(payload))
            return false;
        foreach (var (id, labels) in _record.NewSeries)
        {
            var known = router.Table.Find(labels.Bytes);
            Name(id, known >= 0 ? known : router.Table.Add(labels.Bytes, FirstTime()));
        }
        Resolve();
        applier.Apply(_record, runningMs, fileNumber);
        foreach (var item in _record.Metadata)
            metadata.Set(item);
        return true;
    }

    public void Report(ProblemLog problems)
    {
        if (_orphans > 0)
            problems.Add($"Corruption in the metrics WAL: {_orphans} samples are lost because the damaged record named their series");
    }

    private bool TryDelete(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        if (Deletion.TryRead(ref reader) is not { } deletion)
            return false;
        foreach (var head in router.Open)
            HeadDeletion.Apply(head, deletion);
        return true;
    }

    private long FirstTime() => _record.TimesMs.Count > 0 ? _record.TimesMs[0] : _record.Histograms.Count > 0 ? _record.Histograms[0].TimeMs : 0;

    // Ids of the file become those of the table.
    private void Resolve()
    {
        var series = _record.Series.Mutable;
        for (var i = 0; i < series.Length; i++)
            series[i] = Find(series[i], _record.TimesMs[i]);
        for (var i = 0; i < _record.Histograms.Count; i++)
            _record.Histograms[i] = _record.Histograms[i] with { Series = Find(_record.Histograms[i].Series, _record.Histograms[i].TimeMs) };
        for (var i = 0; i < _record.Exemplars.Count; i++)
            _record.Exemplars[i] = _record.Exemplars[i] with { Series = Find(_record.Exemplars[i].Series, _record.Exemplars[i].Value.TimestampMs) };
    }

    private void Name(int fileId, int id)
    {
        if (fileId >= _ids.Length)
        {
            var before = _ids.Length;
            Array.Resize(ref _ids, (int)Math.Min(Array.MaxLength, Math.Max(fileId + 1L, before * 2L)));
            Array.Fill(_ids, -1, before, _ids.Length - before);
        }
        _ids[fileId] = id;
    }

    private int Find(int fileId, long timeMs)
    {
        foreach (var range in sealedRanges)
        {
            if (_file <= range.WalThrough && timeMs >= range.FromMs && timeMs < range.ToMs)
                return -1;
        }
        var id = (uint)fileId < (uint)_ids.Length ? _ids[fileId] : -1;
        if (id < 0)
            _orphans++;
        return id;
    }
}
