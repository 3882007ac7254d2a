using Bongsu.Server.Configuration;

namespace Bongsu.Server.Access;

/// <summary>Reads tokens: one <c>name role secret</c> a line, where the secret may be <c>sha256:HEX</c>; empty lines and # comments are skipped.</summary>
public static class AccessTokenReader
{
    public static void Read(IReadOnlyList<string> lines, Func<int, string> place, List<AccessToken> tokens, List<ConfigurationProblem> problems)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (Parse(line, tokens, out var problem) is { } token)
                tokens.Add(token);
            else
                problems.Add(new ConfigurationProblem(place(i + 1), problem!));
        }
    }

    // A problem never repeats the secret.
    private static AccessToken? Parse(string line, List<AccessToken> known, out string? problem)
    {
        var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        problem = null;
        if (parts.Length != 3)
            problem = "a token is written as: name role secret";
        else if (!Enum.TryParse<Role>(parts[1], ignoreCase: true, out var role) || role == Role.None || char.IsDigit(parts[1][0]))
            problem = $"\"{parts[1]}\" is no role; the roles are ingest, view, respond, admin";
        else if (known.Exists(t => t.Name == parts[0]))
            problem = $"the name \"{parts[0]}\" is used twice";
        else if (parts[2].StartsWith("sha256:", StringComparison.Ordinal))
            return FromHex(parts, role, out problem);
        else if (parts[2].Length < AccessToken.MinSecretLength)
            problem = $"the secret of \"{parts[0]}\" has {parts[2].Length} characters; the least is {AccessToken.MinSecretLength}";
        else
            return AccessToken.OfSecret(parts[0], role, parts[2]);
        return null;
    }

    private static AccessToken? FromHex(string[] parts, Role role, out string? problem)
    {
        problem = null;
        var hex = parts[2]["sha256:".Length..];
        if (hex.Length == 64 && hex.All(char.IsAsciiHexDigit))
            return AccessToken.OfDigest(parts[0], role, Convert.FromHexString(hex));
        problem = $"the secret of \"{parts[0]}\" is not sha256: and 64 hex digits";
        return null;
    }
}
