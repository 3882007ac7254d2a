using System.Text;
using System.Text.Json;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>
/// <c>json</c>: every scalar of the line's object becomes a label, nested names joined by underscores, arrays left out. What was found before a
/// syntax error stays.
/// </summary>
internal sealed class JsonStage : LineStage
{
    private const int MaxDepth = 128;

    public override bool Process(LineState line)
    {
        // Fast path.
        if (!line.WantsNothing && !line.TryExtractFields())
            Read(line);
        return true;
    }

    public override string ToString() => "| json";

    // Why apart: room for a reader is made on the stack of this one only.
    private static void Read(LineState line)
    {
        var reader = new Utf8JsonReader(JsonLine.Bytes(line), new JsonReaderOptions { MaxDepth = MaxDepth, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                line.Fail(ErrorLabels.Json, "Value looks like object, but can't find closing '}' symbol");
            else
                ReadObject(ref reader, line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            line.Fail(ErrorLabels.Json, e.Message);
        }
    }

    private static void ReadObject(ref Utf8JsonReader reader, LineState line)
    {
        var path = line.KeyPath;
        path.Clear(line.Utf8.Length);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                // Fast path: of a key that nobody asks for no name is made, unless an object may hold one that somebody does.
                case JsonTokenType.PropertyName when path.IsOutermost && !reader.ValueIsEscaped && !line.MayWant(reader.ValueSpan):
                    Pass(ref reader, path);
                    break;
                case JsonTokenType.PropertyName:
                    path.Name(ref reader);
                    break;
                case JsonTokenType.StartObject:
                    path.Push();
                    break;
                case JsonTokenType.EndObject:
                    if (!path.TryPop())
                        return;
                    break;
                case JsonTokenType.StartArray:
                    reader.Skip();
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    Take(ref reader, path, line);
                    break;
            }
        }
    }

    private static void Pass(ref Utf8JsonReader reader, JsonKeyPath path)
    {
        var key = reader.ValueSpan;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
            reader.Skip();
        if (reader.TokenType != JsonTokenType.StartObject)
            return;
        path.Name(key);
        path.Push();
    }

    private static void Take(ref Utf8JsonReader reader, JsonKeyPath path, LineState line)
    {
        // A key that nobody asks for makes no string.
        if (line.Wanted is not null && !path.IsIn(line.Wanted))
            return;
        var (key, name) = path.Names();
        if (reader.TokenType != JsonTokenType.String || (!reader.ValueIsEscaped && System.Text.Unicode.Utf8.IsValid(reader.ValueSpan)))
            line.Extract(key, name, reader.ValueSpan);
        else
            line.Extract(key, name, Text(ref reader));
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: text that no label can hold.
            return "";
        }
    }
}
