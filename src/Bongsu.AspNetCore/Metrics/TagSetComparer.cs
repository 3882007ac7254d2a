namespace Bongsu.AspNetCore.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>Tag sets are equal whatever the order of their tags; spans of tags can be looked up without allocating.</summary>
internal sealed class TagSetComparer : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, TagSet>
{
    public static readonly TagSetComparer Instance = new();

    public bool Equals(TagSet? x, TagSet? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Equals(x.Tags, y));

    public int GetHashCode(TagSet set) => GetHashCode(set.Tags);

    public TagSet Create(ReadOnlySpan<Tag> alternate) => new(alternate.ToArray());

    public bool Equals(ReadOnlySpan<Tag> alternate, TagSet other)
    {
        if (alternate.Length != other.Tags.Length)
            return false;
        foreach (var tag in alternate)
        {
            if (!Contains(other.Tags, tag))
                return false;
        }
        return true;
    }

    // Why a sum: it does not depend on the order.
    public int GetHashCode(ReadOnlySpan<Tag> alternate)
    {
        var hash = alternate.Length;
        foreach (var tag in alternate)
            hash += HashCode.Combine(tag.Key, tag.Value);
        return hash;
    }

    private static bool Contains(Tag[] tags, Tag wanted)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == wanted.Key && Equals(tag.Value, wanted.Value))
                return true;
        }
        return false;
    }
}
