namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>
/// Groups lines by template, after He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree" (2017): a line walks down by its number of
/// tokens and its first two words to a leaf, and there joins the template that it differs least from, or begins one. Where a template and its line
/// differ, the template varies from then on. Not thread-safe.
/// </summary>
internal sealed class DrainTree
{
    /// <summary>
    /// A line joins a template when what differs is at most this share of its words; a word that varies already counts half. Measured over eight kinds
    /// of logs: 0.65 to 0.75 do equally well, below them unlike events merge, above them one event falls apart.
    /// </summary>
    private const double MaxDifference = 0.3;

    private const int PathWords = 2;

    // A word that many lines differ in is no name of an event: past this, more words of its place share one child.
    private const int MaxChildren = 24;

    /// <summary>Most patterns of one leaf: bounds the work for one line.</summary>
    public const int MaxLeafPatterns = 64;

    private readonly PatternNode _root = new(null, 0);

    /// <summary>The pattern that the line belongs to, or null.</summary>
    public LogPattern? Find(LineTokens line, bool isField)
    {
        // Hot path: 0 B/op (see DrainBenchmark, AllocationTests)
        LogPattern? best = null;
        if (FindLeaf(line.Tokens, isField) is not { } leaf)
            return best;
        var least = MaxDifference * line.Words + 1e-9;
        foreach (var pattern in leaf.Patterns)
        {
            var difference = Difference(pattern.Tokens, line.Tokens, least);
            // Of equally near ones the first stays: templates that have been there longer draw their lines.
            if (difference < 0 || difference > least || (best is not null && difference == least))
                continue;
            best = pattern;
            least = difference;
            if (difference == 0)
                break;
        }
        return best;
    }

    /// <summary>Lets a pattern vary where a line of it differs; true when that changed the template.</summary>
    public static bool Generalise(LogPattern pattern, ReadOnlySpan<LineToken> line)
    {
        var isChanged = false;
        var tokens = pattern.Tokens;
        for (var i = 0; i < tokens.Length; i++)
        {
            ref var mine = ref tokens[i];
            if (mine.Key == line[i].Key && mine.Gap == line[i].Gap)
                continue;
            var merged = Merge(mine, line[i]);
            isChanged |= merged != mine;
            mine = merged;
        }
        return isChanged;
    }

    /// <summary>The leaf of a new pattern; made if need be, so add the pattern to it.</summary>
    public PatternNode LeafOf(ReadOnlySpan<LineToken> tokens, bool isField)
    {
        var node = Child(_root, ShapeKey(tokens, isField));
        var words = 0;
        for (var i = 0; i < tokens.Length && words < PathWords; i++)
        {
            if (tokens[i].IsDelimiter)
                continue;
            words++;
            var key = tokens[i].Key;
            node = Child(node, node.Children.Count >= MaxChildren && !node.Children.ContainsKey(key) ? 0 : key);
        }
        return node;
    }

    public static void Add(LogPattern pattern, PatternNode leaf)
    {
        leaf.Patterns.Add(pattern);
        pattern.Leaf = leaf;
    }

    /// <summary>Takes a pattern out, with the nodes that are empty without it.</summary>
    public static void Remove(LogPattern pattern)
    {
        var node = pattern.Leaf!;
        node.Patterns.Remove(pattern);
        pattern.Leaf = null;
        Prune(node);
    }

    /// <summary>Removes a node that is empty, and those above it that are without it.</summary>
    public static void Prune(PatternNode node)
    {
        while (node.Parent is { } parent && node.IsEmpty)
        {
            parent.Children.Remove(node.Key);
            node = parent;
        }
    }

    // Negative when they cannot be one: delimiters are the frame of a line and do not vary.
    private static double Difference(LineToken[] pattern, ReadOnlySpan<LineToken> line, double most)
    {
        int differing = 0, varying = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var mine = pattern[i];
            if (mine.Key == line[i].Key)
            {
                varying += mine.IsWildcard ? 1 : 0;
                continue;
            }
            if (mine.IsDelimiter || line[i].IsDelimiter)
                return -1;
            if (mine.IsWildcard)
                varying++;
            else if (++differing > most)
                return -1;
        }
        // Nothing differs: it is the template's line, however little of it is fixed.
        return differing == 0 ? 0 : differing + 0.5 * varying;
    }

    private static LineToken Merge(LineToken mine, LineToken other)
    {
        var gap = mine.Gap == other.Gap ? mine.Gap : mine.Gap == TokenGap.None || other.Gap == TokenGap.None ? TokenGap.None : TokenGap.Other;
        // Why: white space that is there only sometimes can be written in no template, so the varying place takes it in.
        var isWildcard = mine.Key != other.Key || (gap == TokenGap.None && mine.Gap != other.Gap);
        return isWildcard ? LineToken.Wildcard(gap) : mine with { Gap = gap };
    }

    private PatternNode? FindLeaf(ReadOnlySpan<LineToken> tokens, bool isField)
    {
        if (!_root.Children.TryGetValue(ShapeKey(tokens, isField), out var node))
            return null;
        var words = 0;
        for (var i = 0; i < tokens.Length && words < PathWords; i++)
        {
            if (tokens[i].IsDelimiter)
                continue;
            words++;
            // A word that was never here may be one that varies.
            if (!node.Children.TryGetValue(tokens[i].Key, out var child) && !node.Children.TryGetValue(0, out child))
                return null;
            node = child;
        }
        return node;
    }

    private static PatternNode Child(PatternNode node, ulong key)
    {
        if (!node.Children.TryGetValue(key, out var child))
            node.Children[key] = child = new PatternNode(node, key);
        return child;
    }

    private static ulong ShapeKey(ReadOnlySpan<LineToken> tokens, bool isField) => (ulong)tokens.Length << 1 | (isField ? 1u : 0u);
}
