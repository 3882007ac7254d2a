namespace Bongsu.Ingest.Pipeline.Derive.Patterns;

/// <summary>A template and what is known of its lines. Not thread-safe: the service's lock guards it.</summary>
internal sealed class LogPattern(ulong id, bool isField, LineToken[] tokens, byte[] text, int words)
{
    /// <summary>Hash of the service and of the template that it began with; stays when the template becomes more general.</summary>
    public ulong Id { get; } = id;

    /// <summary>The template is of the message within a line, not of the line.</summary>
    public bool IsField { get; } = isField;

    public LineToken[] Tokens { get; } = tokens;

    /// <summary>What the tokens stand in: the beginning of the line that made it, or the template it was restored from.</summary>
    public byte[] Text { get; } = text;

    /// <summary>Tokens that are no delimiters.</summary>
    public int Words { get; } = words;

    public PatternNode? Leaf { get; set; }

    public long Lines { get; set; }

    /// <summary>When it was last used, in lines of its service.</summary>
    public long LastUse { get; set; }

    public long FirstSeenMs { get; set; }

    /// <summary>A line as it was stored; null for a restored pattern until its next line.</summary>
    public byte[]? Example { get; set; }

    /// <summary>It was there when patterns were last looked at.</summary>
    public bool HasStood { get; set; }

    /// <summary>The template is in the catalogue, so lines are counted under the id.</summary>
    public bool IsPublished { get; set; }

    /// <summary>The catalogue does not have the present template, or not lately.</summary>
    public bool IsChanged { get; set; }

    public long WrittenMs { get; set; }

    /// <summary>One bit for each time slot in which its service wrote lines, the latest lowest: whether it was among them.</summary>
    public ulong Presence { get; set; }

    public bool IsInSlot { get; set; }

    public bool IsGone { get; set; }

    /// <summary>Lines of the last place and time that are not in the service's counts yet; see <see cref="PatternCounts"/>.</summary>
    public int LastDimension { get; set; }
    public long LastBucket { get; set; }
    public long LastCount { get; set; }
}
