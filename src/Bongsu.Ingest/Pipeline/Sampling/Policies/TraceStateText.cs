namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>Reads members of a W3C trace state: <c>vendor=value,other=value</c>.</summary>
internal static class TraceStateText
{
    /// <summary>The value of a key, without blanks around it; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> state, ReadOnlySpan<byte> key) => Find(state, key, (byte)',', (byte)'=');

    /// <summary>The value of a sub-key of the <c>ot</c> member (<c>ot=th:8;rv:9b8233f7e3a151</c>).</summary>
    public static ReadOnlySpan<byte> FindOfOpenTelemetry(ReadOnlySpan<byte> state, ReadOnlySpan<byte> key) => Find(Find(state, "ot"u8), key, (byte)';', (byte)':');

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> members, ReadOnlySpan<byte> key, byte separator, byte sign)
    {
        while (!members.IsEmpty)
        {
            var end = members.IndexOf(separator);
            var member = end < 0 ? members : members[..end];
            members = end < 0 ? default : members[(end + 1)..];
            var equals = member.IndexOf(sign);
            if (equals > 0 && member[..equals].Trim(" \t"u8).SequenceEqual(key))
                return member[(equals + 1)..].Trim(" \t"u8);
        }
        return default;
    }
}
