using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Walks the places of a text where a rule may find something: its trigger byte stands there, and the bytes beside it allow it. A place that is left out is one
/// where every rule would say no, so which way they are found changes nothing but the time.
/// </summary>
internal ref struct RedactionCandidates(ReadOnlySpan<byte> text)
{
    private const int Before = 3;
    private const int Behind = 3;
    private const int Block = 32;

    private static readonly SearchValues<byte> s_triggers = SearchValues.Create("0123456789@=:JABbx_-"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly bool _isWide = text.Length >= Block && Vector256.IsHardwareAccelerated;
    private int _block = -Block;
    private uint _mask;

    /// <summary>The first place at or behind <paramref name="from"/>, which never goes back; false when there is none.</summary>
    public bool TryNext(int from, out int at) => _isWide ? TryNextWide(from, out at) : TryNextOne(from, out at);

    /// <summary>Every place of a trigger byte: for short texts, and for machines without wide registers.</summary>
    public readonly bool TryNextOne(int from, out int at)
    {
        var next = from < _text.Length ? _text[from..].IndexOfAny(s_triggers) : -1;
        at = from + next;
        return next >= 0;
    }

    private bool TryNextWide(int from, out int at)
    {
        while (true)
        {
            if (from > _block)
                _mask &= from - _block >= Block ? 0 : uint.MaxValue << (from - _block);
            if (_mask != 0)
            {
                at = _block + BitOperations.TrailingZeroCount(_mask);
                return true;
            }
            _block = Math.Max(_block + Block, from & -Block);
            if (_block >= _text.Length)
            {
                at = 0;
                return false;
            }
            _mask = Mask(_block);
        }
    }

    private readonly uint Mask(int block)
    {
        if (block >= Before && block + Block + Behind <= _text.Length)
            return Mask(ref MemoryMarshal.GetReference(_text), block);
        // At the ends of the text zeros stand beside it, which are in no rule.
        Span<byte> window = stackalloc byte[Before + Block + Behind];
        window.Clear();
        var start = Math.Max(0, block - Before);
        _text[start..Math.Min(_text.Length, block + Block + Behind)].CopyTo(window[(start - block + Before)..]);
        return Mask(ref MemoryMarshal.GetReference(window), Before);
    }

    // Hot path: about 80 vector operations for 32 bytes (see RedactionBenchmark)
    // Safety: the caller has three bytes before the block and three behind it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Mask(ref byte text, int block)
    {
        var here = Vector256.LoadUnsafe(ref text, (nuint)block);
        var (before, before2, before3) = (Vector256.LoadUnsafe(ref text, (nuint)(block - 1)), Vector256.LoadUnsafe(ref text, (nuint)(block - 2)), Vector256.LoadUnsafe(ref text, (nuint)(block - 3)));
        var (next, next2, next3) = (Vector256.LoadUnsafe(ref text, (nuint)(block + 1)), Vector256.LoadUnsafe(ref text, (nuint)(block + 2)), Vector256.LoadUnsafe(ref text, (nuint)(block + 3)));
        var found = Is(here, '@') | Is(here, '=') | Is(here, ':');
        // eyJ; AKIA, ASIA, AROA, AIDA; bearer and basic in any case; --; xo of xoxb-; sk_, rk_, gh?_ and github_pat_.
        found |= Is(here, 'J') & Is(before, 'y') & Is(before2, 'e');
        found |= Is(here, 'A') & Is(next3, 'A');
        var caseless = Vector256.Create((byte)0x20);
        found |= Is(here | caseless, 'b') & ((Is(next | caseless, 'e') & Is(next2 | caseless, 'a')) | (Is(next | caseless, 'a') & Is(next2 | caseless, 's')));
        found |= Is(here, '-') & Is(next, '-');
        found |= Is(here, 'x') & Is(next, 'o') & Is(next2, 'x');
        found |= Is(here, '_') & ((Is(before, 'k') & (Is(before2, 's') | Is(before2, 'r'))) | (Is(before, 't') & Is(before2, 'a')) | (Is(before2, 'h') & Is(before3, 'g')));
        // A run of digits that no word, dash or point goes before: of four and more, or with a zero first; or behind a plus.
        var isWord = IsDigit(before) | InRange(before | caseless, 'a', 'z') | Is(before, '_') | Is(before, '-') | Is(before, '.');
        var isLong = IsDigit(next) & (Is(here, '0') | (IsDigit(next2) & IsDigit(next3)));
        found |= IsDigit(here) & (Is(before, '+') | Vector256.AndNot(isLong, isWord));
        return found.ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Is(Vector256<byte> bytes, char value) => Vector256.Equals(bytes, Vector256.Create((byte)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> IsDigit(Vector256<byte> bytes) => InRange(bytes, '0', '9');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> InRange(Vector256<byte> bytes, char first, char last) =>
        Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)first), Vector256.Create((byte)(last - first)));
}
