namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>A node of the tree of templates: inner ones have children by key, leaves have patterns. Not thread-safe.</summary>
internal sealed class PatternNode(PatternNode? parent, ulong key)
{
    public PatternNode? Parent { get; } = parent;

    public ulong Key { get; } = key;

    public Dictionary<ulong, PatternNode> Children { get; } = [];

    public List<LogPattern> Patterns { get; } = [];

    public bool IsEmpty => Children.Count == 0 && Patterns.Count == 0;
}
