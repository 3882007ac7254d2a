using System.Security.Cryptography;
using System.Text;

namespace Bongsu.Server.Access;

/// <summary>What somebody may do. Each role above <see cref="Ingest"/> may do what the ones between it and Ingest may; ingest may only send.</summary>
public enum Role
{
    None,
    /// <summary>Send telemetry, and nothing else.</summary>
    Ingest,
    /// <summary>See everything.</summary>
    View,
    /// <summary>Besides, act on incidents, alerts and silences.</summary>
    Respond,
    /// <summary>Besides, send telemetry, reload, read the audit log.</summary>
    Admin,
}

/// <summary>A named bearer token. Only the SHA-256 of its secret is kept in memory.</summary>
public sealed class AccessToken
{
    /// <summary>Shorter secrets can be guessed.</summary>
    public const int MinSecretLength = 16;

    private readonly byte[] _digest;

    private AccessToken(string name, Role role, byte[] digest)
    {
        Name = name;
        Role = role;
        _digest = digest;
    }

    public string Name { get; }

    public Role Role { get; }

    public static AccessToken OfSecret(string name, Role role, string secret) => new(name, role, Digest(secret));

    public static AccessToken OfDigest(string name, Role role, byte[] sha256) => new(name, role, sha256);

    public static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Compares in constant time.</summary>
    public bool HasDigest(ReadOnlySpan<byte> digest) => CryptographicOperations.FixedTimeEquals(_digest, digest);

    /// <summary>A key that changes with the secret: binds a session to this token.</summary>
    public byte[] Bind(ReadOnlySpan<byte> key, string text) => HMACSHA256.HashData(key, [.. _digest, .. Encoding.UTF8.GetBytes(text)]);
}
