using System.Text;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// What the redact stage looks for: the built-in rules, less those that a <c>redaction.json</c> disables, and the keys, headers and patterns that it
/// adds. Immutable and thread-safe.
/// </summary>
public sealed class RedactionRules
{
    /// <summary>Headers that say nothing about a person; all others are hidden.</summary>
    private static readonly string[] s_harmlessHeaders =
    [
        "accept", "accept-encoding", "accept-language", "accept-ranges", "access-control-allow-origin", "age", "allow", "cache-control", "connection", "content-encoding",
        "content-language", "content-length", "content-type", "date", "etag", "expires", "grpc-status", "host", "if-modified-since", "if-none-match", "last-modified",
        "retry-after", "server", "server-timing", "traceparent", "transfer-encoding", "upgrade", "user-agent", "vary", "via", "x-correlation-id", "x-request-id",
    ];

    public static readonly RedactionRules Default = new(new HashSet<Finding>(), [], [], [], []);

    private readonly IReadOnlySet<Finding> _disabled;
    private readonly HashSet<string> _headers;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _headersBySpan;
    private readonly byte[][] _replacements;

    internal RedactionRules(IReadOnlySet<Finding> disabled, IEnumerable<string> keys, IEnumerable<string> harmlessKeys, IEnumerable<string> allowedHeaders,
        IReadOnlyList<RedactionPattern> patterns)
    {
        _disabled = disabled;
        _headers = new HashSet<string>(s_harmlessHeaders.Concat(allowedHeaders), StringComparer.OrdinalIgnoreCase);
        _headersBySpan = _headers.GetAlternateLookup<ReadOnlySpan<char>>();
        _replacements = [.. Enum.GetValues<Finding>().Select(finding => Encoding.UTF8.GetBytes(FindingNames.Replacement(finding)))];
        Keys = new SensitiveKeys(keys, harmlessKeys, disabled);
        Patterns = patterns;
    }

    internal SensitiveKeys Keys { get; }

    internal IReadOnlyList<RedactionPattern> Patterns { get; }

    /// <summary>Reads a rules file. All problems are reported at once, each as <c>file:line: what is wrong and what to write</c>; with any, the rules are null.</summary>
    public static RedactionRules? Load(string file, out IReadOnlyList<string> problems) => RedactionFile.Read(file, out problems);

    internal bool IsDisabled(Finding finding) => _disabled.Contains(finding);

    internal ReadOnlySpan<byte> Replacement(Finding finding) => _replacements[(int)finding];

    /// <summary>What to say instead of the value of this attribute, or none. Recorded headers pass only by the list of harmless ones.</summary>
    internal Finding OfKey(ReadOnlySpan<byte> key)
    {
        if (Header(key) is var header && !header.IsEmpty)
            return IsDisabled(Finding.Header) || IsHarmlessHeader(header) ? Finding.None : Finding.Header;
        return Keys.Match(key);
    }

    private bool IsHarmlessHeader(ReadOnlySpan<byte> header)
    {
        Span<char> name = stackalloc char[64];
        if (header.Length > name.Length)
            return false;
        var length = Encoding.Latin1.GetChars(header, name);
        // Older conventions write content_type for content-type.
        name[..length].Replace('_', '-');
        return _headersBySpan.Contains(name[..length]);
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> key)
    {
        if (key.StartsWith("http.request.header."u8))
            return key["http.request.header."u8.Length..];
        if (key.StartsWith("http.response.header."u8))
            return key["http.response.header."u8.Length..];
        if (key.StartsWith("rpc.grpc.request.metadata."u8))
            return key["rpc.grpc.request.metadata."u8.Length..];
        return key.StartsWith("rpc.grpc.response.metadata."u8) ? key["rpc.grpc.response.metadata."u8.Length..] : default;
    }
}
