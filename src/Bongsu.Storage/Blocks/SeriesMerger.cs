using Bongsu.Storage.Head;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Writes series of several blocks into one: chunks as they are while nothing overlaps, small ones joined, the rest decoded and cut anew. Not thread-safe.</summary>
internal sealed class SeriesMerger(SeriesSelection selection, MetricBlockWriter writer) : IDisposable
{
    // A chunk of half the full size stays as it is; smaller ones are joined.
    private const int MinCopied = SeriesWriter.ChunkSamples / 2;

    private readonly SeriesReader _reader = selection.OpenSeriesReader();
    private readonly BlockReader _blocks = selection.OpenBlockReader();
    private readonly SampleColumns _samples = new();
    private readonly SampleColumns _one = new();

    public void Merge(int series)
    {
        if (CanCopy(series))
        {
            Copy(series);
            return;
        }
        _samples.Clear();
        _reader.Read(series, _samples);
        var exemplars = _reader.Exemplars(series);
        if (!_samples.IsEmpty || exemplars.Count > 0)
            SeriesWriter.Add(writer, selection.Labels(series), _samples, exemplars);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _blocks.Dispose();
    }

    // Nothing but floats of this format, in order of time, none deleted or past its retention.
    private bool CanCopy(int series)
    {
        var fromMs = selection.FromMs(series);
        var last = long.MinValue;
        foreach (var entry in selection.Entries(series))
        {
            var place = selection.Place(entry.Place);
            var deleted = Intervals.Of(place.Deletions, selection.Labels(series));
            foreach (var chunk in selection.Chunks(entry))
            {
                if (chunk.Kind != ChunkKind.Floats || chunk.MinMs <= last || chunk.MinMs < fromMs || Intervals.Touch(deleted, chunk.MinMs, chunk.MaxMs))
                    return false;
                last = chunk.MaxMs;
            }
        }
        return true;
    }

    private void Copy(int series)
    {
        writer.Begin(selection.Labels(series));
        _samples.Clear();
        foreach (var entry in selection.Entries(series))
        {
            var block = selection.Place(entry.Place).Block!;
            foreach (var chunk in selection.Chunks(entry))
            {
                if (chunk.Count >= MinCopied && _samples.TimesMs.Count == 0)
                    CopyChunk(block, chunk);
                else
                    Join(block, chunk);
            }
        }
        Flush();
        writer.EndSeries();
    }

    private void CopyChunk(MetricBlock block, in ChunkRef chunk)
    {
        _one.Clear();
        if (_blocks.TryReadCoded(block, chunk, _one, out var coded))
            writer.AddFloats(_one.TimesMs.Span, coded);
    }

    private void Join(MetricBlock block, in ChunkRef chunk)
    {
        _blocks.Read(block, [chunk], long.MinValue, long.MaxValue, _samples);
        if (_samples.TimesMs.Count >= MinCopied)
            Flush();
    }

    private void Flush()
    {
        SeriesWriter.AddFloats(writer, _samples.TimesMs.Span, _samples.Values.Span);
        _samples.Clear();
    }
}
