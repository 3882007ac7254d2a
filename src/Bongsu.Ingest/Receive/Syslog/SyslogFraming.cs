using System.Buffers.Text;

namespace Bongsu.Ingest.Receive.Syslog;

/// <summary>Finds the messages in what a TCP connection brings (RFC 6587): each with its length in front, or each ended by a line feed. Pure.</summary>
internal static class SyslogFraming
{
    // As many as a length within any limit has.
    private const int MaxDigits = 7;

    public enum Found : byte
    {
        Message,
        /// <summary>The message has not arrived whole.</summary>
        Incomplete,
        /// <summary>It is over the limit.</summary>
        TooLong,
    }

    /// <param name="data">What came and was not used yet.</param>
    /// <param name="maxBytes">Of one message.</param>
    /// <param name="mayCount">A number in front may be a length; of a sender that ends its messages by line feeds it is text.</param>
    /// <param name="message">The message without its frame.</param>
    /// <param name="used">How much of the data is done with.</param>
    public static Found Next(ReadOnlySpan<byte> data, int maxBytes, bool mayCount, out ReadOnlySpan<byte> message, out int used)
    {
        message = default;
        used = 0;
        while (used < data.Length && data[used] is (byte)'\n' or (byte)'\r' or 0)
            used++;
        data = data[used..];
        if (data.IsEmpty)
            return Found.Incomplete;
        if (mayCount && data[0] is >= (byte)'1' and <= (byte)'9')
        {
            var digits = data[..Math.Min(data.Length, MaxDigits + 1)].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 0)
                return data.Length > MaxDigits ? Found.TooLong : Found.Incomplete;
            if (data[digits] == ' ')
                return Counted(data, digits, maxBytes, out message, ref used);
        }
        var end = data.IndexOfAny((byte)'\n', (byte)0);
        if ((end < 0 ? data.Length : end) > maxBytes)
            return Found.TooLong;
        if (end < 0)
            return Found.Incomplete;
        message = data[..end];
        used += end + 1;
        return Found.Message;
    }

    private static Found Counted(ReadOnlySpan<byte> data, int digits, int maxBytes, out ReadOnlySpan<byte> message, scoped ref int used)
    {
        message = default;
        Utf8Parser.TryParse(data[..digits], out int length, out _);
        if (length > maxBytes)
            return Found.TooLong;
        if (data.Length < digits + 1 + length)
            return Found.Incomplete;
        message = data.Slice(digits + 1, length);
        used += digits + 1 + length;
        return Found.Message;
    }
}
