using System.Text;

namespace Bongsu.AspNetCore.Export;

/// <summary>Reads Export*ServiceResponse: field 1 partial_success { 1 rejected count, 2 error message }. Anything else reads as full success.</summary>
internal static class PartialSuccess
{
    private const int MaxMessageBytes = 1024;

    public static (long Rejected, string Why) Read(ReadOnlySpan<byte> answer)
    {
        long rejected = 0;
        var why = "";
        var at = 0;
        while (Next(answer, ref at, out var field, out _, out var partial))
        {
            if (field != 1)
                continue;
            var inner = 0;
            while (Next(partial, ref inner, out var innerField, out var number, out var bytes))
            {
                if (innerField == 1)
                    rejected = (long)number;
                else if (innerField == 2)
                    why = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxMessageBytes)]);
            }
        }
        return (rejected, why);
    }

    private static bool Next(ReadOnlySpan<byte> message, ref int at, out ulong field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        number = 0;
        bytes = default;
        if (!Varint(message, ref at, out var tag))
        {
            field = 0;
            return false;
        }
        field = tag >> 3;
        switch (tag & 7)
        {
            case 0: return Varint(message, ref at, out number);
            case 1: return Take(message, ref at, 8, out bytes);
            case 2: return Varint(message, ref at, out var length) && Take(message, ref at, length, out bytes);
            case 5: return Take(message, ref at, 4, out bytes);
            default: return false;
        }
    }

    private static bool Take(ReadOnlySpan<byte> message, ref int at, ulong length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (length > (ulong)(message.Length - at))
            return false;
        bytes = message.Slice(at, (int)length);
        at += (int)length;
        return true;
    }

    private static bool Varint(ReadOnlySpan<byte> message, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            var b = message[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return true;
        }
        return false;
    }
}
