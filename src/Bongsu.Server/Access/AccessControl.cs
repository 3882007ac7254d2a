using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Bongsu.Server.Access;

/// <summary>Who is asking: name and role. Without any tokens everybody on this machine is the local administrator.</summary>
public sealed record Actor(string Name, Role Role)
{
    public static readonly Actor Nobody = new("", Role.None);
    public static readonly Actor Local = new("local", Role.Admin);

    public bool May(Role needed) => needed switch
    {
        Role.None => true,
        Role.Ingest => Role is Role.Ingest or Role.Admin,
        _ => Role >= needed,
    };
}

/// <summary>
/// Tells who sends a request: a bearer token, basic authentication with the token as its password (for clients that know nothing else), or the
/// page's session cookie. Secrets are compared in constant time. Thread-safe.
/// </summary>
public sealed class AccessControl
{
    public const string CookieName = "bongsu_session";
    public static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    private readonly IReadOnlyList<AccessToken> _tokens;
    private readonly byte[] _key;
    private readonly TimeProvider _time;

    /// <param name="tokens">Empty: no authentication, loopback only.</param>
    /// <param name="key">32 random bytes that sign session cookies; kept in the data directory so that a restart logs nobody out.</param>
    /// <param name="time">Clock.</param>
    public AccessControl(IReadOnlyList<AccessToken> tokens, byte[] key, TimeProvider time)
    {
        _tokens = tokens;
        _key = key;
        _time = time;
    }

    public bool IsRequired => _tokens.Count > 0;

    public Actor Identify(HttpRequest request)
    {
        if (!IsRequired)
            return Actor.Local;
        if (request.Headers.Authorization is { Count: 1 } header)
            return FromHeader(header.ToString());
        return request.Cookies.TryGetValue(CookieName, out var cookie) ? FromCookie(cookie) : Actor.Nobody;
    }

    public Actor FromSecret(string secret)
    {
        var digest = AccessToken.Digest(secret);
        var found = Actor.Nobody;
        foreach (var token in _tokens) // All are compared, so that time tells nothing about which one matched.
        {
            if (token.HasDigest(digest))
                found = new Actor(token.Name, token.Role);
        }
        return found;
    }

    /// <summary>The value of a session cookie for somebody who has shown a token: <c>name.expiry.signature</c>.</summary>
    public string OpenSession(Actor actor)
    {
        var expiry = _time.GetUtcNow().Add(SessionLength).ToUnixTimeSeconds();
        var text = $"{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(actor.Name))}.{expiry}";
        var token = _tokens.First(t => t.Name == actor.Name);
        return $"{text}.{Convert.ToHexStringLower(token.Bind(_key, text))}";
    }

    private Actor FromHeader(string header)
    {
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return FromSecret(header["Bearer ".Length..].Trim());
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return Actor.Nobody;
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), buffer, out var length))
            return Actor.Nobody;
        var pair = Encoding.UTF8.GetString(buffer, 0, length);
        return FromSecret(pair[(pair.IndexOf(':') + 1)..]);
    }

    private Actor FromCookie(string cookie)
    {
        var parts = cookie.Split('.');
        if (parts.Length != 3 || !long.TryParse(parts[1], out var expiry) || expiry < _time.GetUtcNow().ToUnixTimeSeconds())
            return Actor.Nobody;
        foreach (var token in _tokens)
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(token.Bind(_key, $"{parts[0]}.{parts[1]}")));
            if (parts[0] == Convert.ToHexStringLower(Encoding.UTF8.GetBytes(token.Name)) && CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(parts[2])))
                return new Actor(token.Name, token.Role);
        }
        return Actor.Nobody;
    }
}
