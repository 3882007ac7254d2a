using System.Text;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>JSON that may hold bytes no writer would write.</summary>
internal static class JsonBytes
{
    /// <summary>A text in quotes: what JSON wants escaped is, all else stands as it is.</summary>
    public static byte[] Text(ReadOnlySpan<byte> text)
    {
        var json = new MemoryStream();
        json.WriteByte((byte)'"');
        foreach (var b in text)
        {
            if (b < 0x20)
                json.Write(Encoding.ASCII.GetBytes($"\\u{(int)b:x4}"));
            else
            {
                if (b is (byte)'"' or (byte)'\\')
                    json.WriteByte((byte)'\\');
                json.WriteByte(b);
            }
        }
        json.WriteByte((byte)'"');
        return json.ToArray();
    }

    public static byte[] Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    /// <summary>Pieces one behind another: texts as they stand, and bytes.</summary>
    public static byte[] Join(params object[] pieces) => [.. pieces.SelectMany(p => p as byte[] ?? Encoding.UTF8.GetBytes((string)p))];

    public static byte[] List(IEnumerable<byte[]> items) => Join("[", Separated(items), "]");

    public static byte[] Separated(IEnumerable<byte[]> items)
    {
        var json = new MemoryStream();
        foreach (var item in items)
        {
            if (json.Length > 0)
                json.WriteByte((byte)',');
            json.Write(item);
        }
        return json.ToArray();
    }
}
