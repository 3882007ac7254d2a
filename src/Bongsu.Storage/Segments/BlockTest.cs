namespace Bongsu.Storage.Segments;

/// <summary>Whether blocks of a segment may have rows that a filter wants, by what the segment's index and filters of words say of them. Not thread-safe.</summary>
internal sealed class BlockTest<TBatch> where TBatch : class, new()
{
    private readonly EventSegment<TBatch> _segment;
    private readonly EventFilter<TBatch> _filter;
    private readonly Dictionary<int, bool> _tags = [];
    private readonly BlockTest<TBatch>[] _alternatives;

    public BlockTest(EventSegment<TBatch> segment, EventFilter<TBatch> filter)
    {
        (_segment, _filter) = (segment, filter);
        _alternatives = new BlockTest<TBatch>[filter.Alternatives.Count];
        for (var i = 0; i < _alternatives.Length; i++)
            _alternatives[i] = new BlockTest<TBatch>(segment, filter.Alternatives[i]);
    }

    /// <summary>Times are checked already; the words that the filter itself looks for, when the block is read.</summary>
    public bool Passes(BlockEntry block, ICollection<string> warnings)
    {
        if (!_filter.WantsBlock(block) || !PassesByTag(block))
            return false;
        foreach (var alternative in _alternatives)
        {
            if (alternative.Passes(block, warnings) && _segment.MayContain(block, alternative._filter, warnings))
                return true;
        }
        return _alternatives.Length == 0;
    }

    public bool PassesByTag(BlockEntry block)
    {
        foreach (var tag in block.Tags)
        {
            if (!_tags.TryGetValue(tag, out var wants))
                _tags[tag] = wants = _filter.WantsTag(_segment.Tag(tag));
            if (wants)
                return true;
        }
        return false;
    }
}
