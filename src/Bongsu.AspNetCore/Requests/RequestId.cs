namespace Bongsu.AspNetCore.Requests;

/// <summary>The id a caller may give a request, and that is echoed to it.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";
    private const int MaxLength = 128;

    /// <summary>The caller's id if it is safe to log and echo, else a new one.</summary>
    public static string From(string? given) => IsSane(given) ? given! : Guid.NewGuid().ToString("N");

    private static bool IsSane(string? given)
    {
        if (string.IsNullOrEmpty(given) || given.Length > MaxLength)
            return false;
        foreach (var c in given)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':' or '/' or '+' or '='))
                return false;
        }
        return true;
    }
}
