using System.Text;
using System.Text.Json;
using Bongsu.Ingest.Decode;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>Strings of JSON: what the framework's reader takes is taken, and gives the same; what it refuses is refused.</summary>
public sealed class JsonTextTests
{
    private const int Texts = 20_000;

    private static readonly string[] s_pieces =
        ["\\\"", "\\\\", "\\/", "\\n", "\\t", "\\r", "\\b", "\\f", "\\u0041", "\\u003c", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\ud83d\\u0041", "\\u12", "\\x", "\\", "\n", "\u0001", "한", "😀", "a", "key", ":", ",", "{", "a longer piece of text than any escape", "\""];

    [Fact]
    public void StringsAreReadAsTheFrameworkReadsThem()
    {
        var random = new Random(5);
        var text = new StringBuilder();
        for (var i = 0; i < Texts; i++)
        {
            text.Clear();
            // Wrong pieces stand at the end of the list, and come seldom.
            for (var piece = random.Next(30); piece > 0; piece--)
                text.Append(s_pieces[random.Next(random.Next(12) == 0 ? s_pieces.Length : 14)]);
            AssertSame(text.ToString() + (random.Next(8) == 0 ? "" : "\""));
        }
    }

    [Fact]
    public void AnEscapeAtEachPlaceIsRead()
    {
        foreach (var piece in s_pieces)
        {
            for (var before = 0; before < 70; before++)
            {
                AssertSame(new string('.', before) + piece + "\"");
                AssertSame(new string('.', before) + piece + piece + new string('.', 70) + "\"");
            }
        }
    }

    // Behind the opening quote.
    private static void AssertSame(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var (at, into) = (0, new ByteBuffer());
        into.Append((byte)'!');
        var isRead = JsonText.TryRead(bytes, ref at, into);
        var expected = ByFramework([(byte)'"', .. bytes], out var length);
        Assert.Equal((expected is not null, expected ?? "!", expected is null ? 0 : length - 1), (isRead, Encoding.UTF8.GetString(into.Span), at));
    }

    private static string? ByFramework(byte[] json, out int length)
    {
        length = 0;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            reader.Read();
        }
        catch (JsonException)
        {
            return null;
        }
        length = (int)reader.BytesConsumed;
        var into = new ByteBuffer();
        into.Append((byte)'!');
        JsonText.Append(in reader, into);
        return Encoding.UTF8.GetString(into.Span);
    }
}
