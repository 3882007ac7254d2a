using System.Buffers;
using System.Buffers.Text;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>Secrets that can be told by their shape: bearer and basic tokens, JWTs, keys of cloud and source hosts, PEM keys, passwords in URLs.</summary>
internal static class TokenRules
{
    private const int MinJwtHead = 10;
    private const int MaxJwtHead = 2048;
    private const int MaxUrlPasswordBytes = 512;

    private static readonly SearchValues<byte> s_tokenBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="u8);
    private static readonly SearchValues<byte> s_jwtBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."u8);
    private static readonly SearchValues<byte> s_localBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-"u8);
    private static readonly SearchValues<byte> s_domainBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"u8);

    /// <summary>The text stands on 'B' or 'b'.</summary>
    public static bool TryScheme(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        if (at > 0 && NumberRules.IsWord(text[at - 1]))
            return false;
        var rest = text[at..];
        if (StartsWithIgnoreCase(rest, "bearer"u8))
            return Scheme(text, at, 6, Finding.Bearer, out hit);
        return StartsWithIgnoreCase(rest, "basic"u8) && Scheme(text, at, 5, Finding.Basic, out hit);
    }

    /// <summary>The text stands on the 'J' of "eyJ": a JSON object in base64, followed by a dot and more.</summary>
    public static bool TryJwt(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var start = at - 2;
        if (start < 0 || text[start] != 'e' || text[at - 1] != 'y' || (start > 0 && NumberRules.IsWord(text[start - 1])))
            return false;
        // Why: the start is checked by itself, so that "eyJ.eyJ.…" does not look through the rest of the text each time.
        if (text.Length - start < MinJwtHead || text.Slice(start, MinJwtHead).IndexOfAnyExcept(s_jwtBytes) >= 0 || text.Slice(start, MinJwtHead).Contains((byte)'.'))
            return false;
        // Why: bounded, so that heads without a dot, one after the other, are not each looked through to the end of the text.
        var dot = Run(text[..Math.Min(text.Length, start + MaxJwtHead)], start, s_jwtBytes).IndexOf((byte)'.');
        if (dot < 0)
            return false;
        var token = Run(text, start, s_jwtBytes);
        if (token.Length - dot < 8)
            return false;
        hit = new Hit(start, start + token.TrimEnd((byte)'.').Length, Finding.Jwt);
        return true;
    }

    /// <summary>The text stands on 'A': AKIA, ASIA and the like with 16 capitals or digits.</summary>
    public static bool TryAwsKey(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var rest = text[at..];
        if (rest.Length < 20 || (at > 0 && NumberRules.IsWord(text[at - 1])) || (rest.Length > 20 && NumberRules.IsWord(rest[20])))
            return false;
        if (!rest.StartsWith("AKIA"u8) && !rest.StartsWith("ASIA"u8) && !rest.StartsWith("AROA"u8) && !rest.StartsWith("AIDA"u8))
            return false;
        foreach (var b in rest[4..20])
        {
            if (b is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')))
                return false;
        }
        hit = new Hit(at, at + 20, Finding.AwsKey);
        return true;
    }

    /// <summary>The text stands on the first '-' of a PEM block; one that is cut off is hidden to the end of the text.</summary>
    public static bool TryPem(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var rest = text[at..];
        if (!rest.StartsWith("-----BEGIN "u8))
            return false;
        var label = rest[..Math.Min(rest.Length, 64)];
        var key = label.IndexOf("PRIVATE KEY"u8);
        if (key < 0)
            return false;
        var end = rest[key..].IndexOf("-----END "u8);
        if (end < 0)
        {
            hit = new Hit(at, text.Length, Finding.PrivateKey);
            return true;
        }
        var close = key + end + "-----END "u8.Length;
        var tail = rest[close..].IndexOf("-----"u8);
        hit = new Hit(at, tail < 0 ? text.Length : at + close + tail + 5, Finding.PrivateKey);
        return true;
    }

    /// <summary>The text stands on '_' or 'x': ghp_…, github_pat_…, glpat…, sk_live_…, xoxb-….</summary>
    public static bool TryVendor(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        foreach (var prefix in (ReadOnlySpan<int>)[3, 2, 10, 0])
        {
            var start = at - prefix;
            if (start < 0 || (start > 0 && NumberRules.IsWord(text[start - 1])) || VendorPrefix(text[start..]) is not (> 0 and var length))
                continue;
            var token = Run(text, start, s_jwtBytes);
            if (token.Length < length + 16)
                continue;
            hit = new Hit(start, start + token.Length, Finding.VendorToken);
            return true;
        }
        return false;
    }

    /// <summary>The text stands on '@': an address, or the password of a URL.</summary>
    public static bool TryAt(ReadOnlySpan<byte> text, int at, int from, out Hit hit)
    {
        if (UrlPassword(text, at, from, out hit))
            return true;
        var local = text[from..at];
        var start = from + local.LastIndexOfAnyExcept(s_localBytes) + 1;
        var domain = Run(text, at + 1, s_domainBytes);
        while (!domain.IsEmpty && domain[^1] is (byte)'.' or (byte)'-')
            domain = domain[..^1];
        var dot = domain.LastIndexOf((byte)'.');
        if (start == at || dot <= 0 || domain.Length - dot < 3 || !IsLetters(domain[(dot + 1)..]))
            return false;
        hit = new Hit(start, at + 1 + domain.Length, Finding.Email);
        return true;
    }

    // It stops at the '@' before, which has been looked at: however dense they are, each byte is passed once.
    private static bool UrlPassword(ReadOnlySpan<byte> text, int at, int from, out Hit hit)
    {
        hit = default;
        var i = at - 1;
        var colon = -1;
        while (i >= from && i >= at - MaxUrlPasswordBytes && text[i] is > (byte)' ' and not ((byte)'"' or (byte)'\'' or (byte)'<' or (byte)'>' or (byte)'@'))
        {
            if (text[i] == '/' && i > from + 1 && text[i - 1] == '/' && text[i - 2] == ':')
                break;
            if (text[i] == ':')
                colon = i;
            i--;
        }
        if (i <= from + 1 || i < at - MaxUrlPasswordBytes || text[i] != '/' || text[i - 1] != '/' || colon < 0 || colon + 1 >= at)
            return false;
        hit = new Hit(colon + 1, at, Finding.UrlPassword);
        return true;
    }

    private static bool Scheme(ReadOnlySpan<byte> text, int at, int length, Finding finding, out Hit hit)
    {
        hit = default;
        var start = at + length;
        if (start >= text.Length || text[start] != ' ')
            return false;
        while (start < text.Length && text[start] == ' ')
            start++;
        var token = Run(text, start, s_tokenBytes);
        if (finding == Finding.Basic ? !IsBasic(token) : !IsToken(token))
            return false;
        hit = new Hit(start, start + token.Length, finding);
        return true;
    }

    /// <summary>A word of prose after "bearer" is shorter and has no digit.</summary>
    private static bool IsToken(ReadOnlySpan<byte> token) => token.Length >= 24 || (token.Length >= 8 && token.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0);

    /// <summary>Whether it is base64 of "user:password".</summary>
    private static bool IsBasic(ReadOnlySpan<byte> token)
    {
        Span<byte> decoded = stackalloc byte[192];
        var part = token[..Math.Min(token.Length, 256)];
        if (part.Length < 4)
            return false;
        Base64.DecodeFromUtf8(part[..(part.Length / 4 * 4)], decoded, out _, out var written);
        return decoded[..written].Contains((byte)':');
    }

    private static int VendorPrefix(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("ghp_"u8) || text.StartsWith("gho_"u8) || text.StartsWith("ghs_"u8) || text.StartsWith("ghu_"u8) || text.StartsWith("ghr_"u8))
            return 4;
        if (text.StartsWith("github_pat_"u8))
            return 11;
        if (text.StartsWith("sk_live_"u8) || text.StartsWith("rk_live_"u8) || text.StartsWith("sk_test_"u8))
            return 8;
        return text.StartsWith("xoxb-"u8) || text.StartsWith("xoxp-"u8) || text.StartsWith("xoxa-"u8) || text.StartsWith("xoxs-"u8) ? 5 : 0;
    }

    private static ReadOnlySpan<byte> Run(ReadOnlySpan<byte> text, int at, SearchValues<byte> bytes)
    {
        var rest = text[Math.Min(at, text.Length)..];
        var end = rest.IndexOfAnyExcept(bytes);
        return end < 0 ? rest : rest[..end];
    }

    private static bool IsLetters(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if ((b | 0x20) is not (>= (byte)'a' and <= (byte)'z'))
                return false;
        }
        return true;
    }

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length < lower.Length)
            return false;
        for (var i = 0; i < lower.Length; i++)
        {
            if ((text[i] | 0x20) != lower[i])
                return false;
        }
        return true;
    }
}
