namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>Names of findings, and the text that takes the place of what was found.</summary>
internal static class FindingNames
{
    private static readonly string[] s_names =
    [
        "", "password", "secret", "token", "api-key", "authorization", "cookie", "credential", "header", "bearer", "basic", "jwt", "aws-key",
        "private-key", "vendor-token", "url-password", "email", "phone", "card", "rrn", "key", "pattern",
    ];

    private static readonly string[] s_replacements = [.. s_names.Select(name => $"[redacted:{name}]")];

    public static int Count => s_names.Length;

    public static IEnumerable<string> All => s_names.Skip(1);

    public static string Name(Finding finding) => s_names[(int)finding];

    public static string Replacement(Finding finding) => s_replacements[(int)finding];

    public static Finding Parse(string name) => (Finding)Math.Max(0, Array.IndexOf(s_names, name));
}
