using System.Net;
using System.Numerics;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>ip("…")</c>: one address, a range <c>a-b</c>, or a CIDR block, looked up as a value or anywhere in a line. Immutable.</summary>
internal sealed class AddressMatcher
{
    private readonly BigInteger _first;
    private readonly BigInteger _last;
    private readonly int _bytes;

    private AddressMatcher(string text, BigInteger first, BigInteger last, int bytes) => (Text, _first, _last, _bytes) = (text, first, last, bytes);

    /// <summary>What is looked for, as written.</summary>
    public string Text { get; }

    public static AddressMatcher Parse(string text)
    {
        if (text.Contains('/') && IPNetwork.TryParse(text, out var network))
        {
            var bytes = network.BaseAddress.GetAddressBytes();
            var first = Number(bytes);
            var size = BigInteger.One << (bytes.Length * 8 - network.PrefixLength);
            return new AddressMatcher(text, first, first + size - 1, bytes.Length);
        }
        var dash = text.IndexOf('-');
        if (dash > 0 && TryAddress(text[..dash].Trim(), out var from) && TryAddress(text[(dash + 1)..].Trim(), out var to) && from.Length == to.Length)
            return new AddressMatcher(text, Number(from), Number(to), from.Length);
        if (TryAddress(text, out var single))
            return new AddressMatcher(text, Number(single), Number(single), single.Length);
        throw new LogQlSyntaxException($"ip: ParseAddr(\"{text}\"): not an address, a range or a CIDR block", -1);
    }

    public bool Matches(string value) => TryAddress(value, out var bytes) && Contains(bytes);

    /// <summary>Whether any run of address characters in the line is an address that fits.</summary>
    public bool FoundIn(string line)
    {
        var at = 0;
        while (at < line.Length)
        {
            if (!IsAddressChar(line[at]))
            {
                at++;
                continue;
            }
            var start = at;
            while (at < line.Length && IsAddressChar(line[at]))
                at++;
            // An address is at most 45 characters; longer runs are ids and hashes.
            if (at - start is >= 2 and <= 46 && Fits(line.AsSpan(start, at - start)))
                return true;
        }
        return false;
    }

    private bool Fits(ReadOnlySpan<char> run)
    {
        run = run.TrimEnd('.').TrimEnd(':');
        if (run.IndexOf('.') < 0 && run.IndexOf(':') < 0)
            return false;
        if (TryAddress(run, out var bytes))
            return Contains(bytes);
        // host:port
        var colon = run.IndexOf(':');
        return colon > 0 && run[(colon + 1)..].IndexOf(':') < 0 && TryAddress(run[..colon], out bytes) && Contains(bytes);
    }

    private bool Contains(byte[] bytes)
    {
        if (bytes.Length != _bytes)
            return false;
        var number = Number(bytes);
        return number >= _first && number <= _last;
    }

    private static bool IsAddressChar(char c) => char.IsAsciiHexDigit(c) || c is '.' or ':';

    // IPAddress takes "1" and "1.2" for addresses; LogQL does not.
    private static bool TryAddress(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IndexOf(':') < 0 && text.Count('.') != 3)
            return false;
        if (!IPAddress.TryParse(text, out var address))
            return false;
        bytes = address.GetAddressBytes();
        return true;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
