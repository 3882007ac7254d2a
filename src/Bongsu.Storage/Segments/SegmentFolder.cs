namespace Bongsu.Storage.Segments;

/// <summary>The files of one signal's sealed segments, and of what is deleted of them. Thread-safe; who writes and removes sees to the order.</summary>
internal sealed class SegmentFolder<TBatch>(EventSignal<TBatch> signal, EventStoreSetup setup) where TBatch : class, new()
{
    private readonly string _directory = Path.Combine(setup.Options.Directory, DataLayout.SegmentsDirectory);

    private string DeletionsPath => Path.Combine(_directory, DataLayout.EventDeletionsFile(signal.Name));

    private string DropsPath => Path.Combine(_directory, DataLayout.TraceDropsFile(signal.Name));

    public string PathOf(long number) => Path.Combine(_directory, DataLayout.SealedFile(signal.Name, number, DataLayout.SegmentSuffix));

    public EventSegment<TBatch> Open(long number) => EventSegment<TBatch>.Open(setup.Disk, signal, PathOf(number), number, setup.Problems);

    /// <summary>Opens what there is, ascending by number. Sources that a crash left beside what they were merged into are removed.</summary>
    public List<EventSegment<TBatch>> OpenAll()
    {
        var segments = new List<EventSegment<TBatch>>();
        var files = Directory.GetFiles(_directory);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var path in files)
        {
            if (!DataLayout.TryParseSealed(Path.GetFileName(path), signal.Name, DataLayout.SegmentSuffix, out var number))
                continue;
            var segment = Open(number);
            for (var i = segments.Count - 1; i >= 0 && segment.ReplacesFrom > 0 && segments[i].Number >= segment.ReplacesFrom; i--)
            {
                segments[i].Close();
                Remove(segments[i].Path);
                segments.RemoveAt(i);
            }
            segments.Add(segment);
        }
        return segments;
    }

    public EventDeletion<TBatch>[] ReadDeletions(IReadOnlyList<EventSegment<TBatch>> segments) =>
        EventDeletionFile.Read(setup.Disk, DeletionsPath, signal, segments, setup.Problems);

    /// <exception cref="IOException">The disk is full or failing.</exception>
    public void WriteDeletions(IReadOnlyList<EventDeletion<TBatch>> deletions) => EventDeletionFile.Write(setup.Disk, DeletionsPath, deletions);

    public Dictionary<long, SegmentDrops> ReadDrops(IReadOnlyList<EventSegment<TBatch>> segments) => TraceDropFile.Read(setup.Disk, DropsPath, segments, setup.Problems);

    /// <exception cref="IOException">The disk is full or failing.</exception>
    public void WriteDrops(IReadOnlyDictionary<long, SegmentDrops> drops) => TraceDropFile.Write(setup.Disk, DropsPath, drops);

    public void Remove(string path)
    {
        try
        {
            // Why: readers may still hold the file; its handle goes when the last of them does.
            setup.Disk.Delete(path);
        }
        catch (IOException e)
        {
            setup.Problems.Add($"Cannot delete {path}: {e.Message}");
        }
    }
}
