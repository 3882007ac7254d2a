using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Head;

/// <summary>Takes the records of a WAL back into a head. Ids count within a file.</summary>
internal sealed class MetricReplay(MetricHead head, MetadataTable metadata)
{
    private readonly SampleRecord _record = new();
    private readonly Dictionary<int, HeadSeries> _ids = [];
    private long _file = -1;
    private long _orphans;

    public bool Apply(FrameType type, long fileNumber, ReadOnlySpan<byte> payload)
    {
        if (type != FrameType.Samples || !_record.TryRead(payload))
            return false;
        if (fileNumber != _file)
        {
            _ids.Clear();
            _file = fileNumber;
        }
        foreach (var (id, labels) in _record.NewSeries)
            _ids[id] = head.Find(labels.Bytes) ?? head.Add(labels.Bytes);
        for (var i = 0; i < _record.Series.Count; i++)
        {
            if (Find(_record.Series[i]) is { } series)
                head.Grow(series.Samples.Add(_record.TimesMs[i], _record.Values[i]));
        }
        foreach (var (id, time, value) in _record.Histograms)
        {
            if (Find(id) is { } series)
                head.Grow(series.Samples.Add(time, value));
        }
        foreach (var (id, exemplar) in _record.Exemplars)
            Find(id)?.Add(exemplar);
        foreach (var item in _record.Metadata)
            metadata.Set(item);
        return true;
    }

    public void Report(ProblemLog problems)
    {
        if (_orphans > 0)
            problems.Add($"Corruption in the metrics WAL: {_orphans} samples are lost because the damaged record named their series");
    }

    private HeadSeries? Find(int id)
    {
        if (_ids.TryGetValue(id, out var series))
        {
            head.HasSamples = true;
            return series;
        }
        _orphans++;
        return null;
    }
}
