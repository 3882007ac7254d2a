namespace Bongsu.AspNetCore.Tracing;

/// <summary>A set of names, each exact or with a trailing <c>*</c>; case does not matter.</summary>
internal sealed class NamePatterns(IReadOnlyList<string> patterns)
{
    public bool Match(string name)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.EndsWith('*')
                ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)
                : name.Equals(pattern, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
