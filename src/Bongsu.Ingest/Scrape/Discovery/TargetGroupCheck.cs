namespace Bongsu.Ingest.Scrape.Discovery;

/// <summary>What the addresses and labels of a target group may be. Pure.</summary>
public static class TargetGroupCheck
{
    private const int MaxTargetLength = 1024;
    private const int MaxLabels = 128;
    private const int MaxNameLength = 1024;
    private const int MaxValueLength = 8192;
    private const int ShownLength = 80;

    /// <summary>What is wrong; null when nothing is.</summary>
    public static string? Problem(IReadOnlyCollection<string> targets, IReadOnlyCollection<KeyValuePair<string, string>> labels)
    {
        foreach (var target in targets)
        {
            if (target.Length > MaxTargetLength)
                return $"a target of {target.Length} characters; the limit is {MaxTargetLength}";
            if (target.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0)
                return $"target \"{Short(target)}\" has a space or control character in it";
        }
        if (labels.Count > MaxLabels)
            return $"{labels.Count} labels; the limit is {MaxLabels}";
        foreach (var (name, value) in labels)
        {
            if (name.Length is 0 or > MaxNameLength || name.Contains('\uFFFD', StringComparison.Ordinal))
                return $"\"{Short(name)}\" is not a valid label name";
            if (value.Length > MaxValueLength)
                return $"label \"{Short(name)}\" has a value of {value.Length} characters; the limit is {MaxValueLength}";
        }
        return null;
    }

    internal static string Short(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";
}
