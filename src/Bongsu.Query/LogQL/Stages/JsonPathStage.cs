using System.Text.Json;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>json name="path", …</c>: labels from places in the line's JSON; one that is not there is empty.</summary>
internal sealed class JsonPathStage(IReadOnlyList<(string Name, JsonPath Path)> paths) : LineStage
{
    private const int MaxDepth = 128;

    public override bool Process(LineState line)
    {
        if (line.WantsNothing)
            return true;
        JsonDocument? document = null;
        try
        {
            var reader = new Utf8JsonReader(JsonLine.Bytes(line), new JsonReaderOptions { MaxDepth = MaxDepth });
            document = JsonDocument.ParseValue(ref reader);
            if (!IsAtEnd(ref reader))
                line.Fail(ErrorLabels.Json, "more text behind the JSON value");
        }
        catch (JsonException e)
        {
            line.Fail(ErrorLabels.Json, e.Message);
        }
        foreach (var (name, path) in paths)
            line.Extract(name, name, document is null ? "" : Text(document, path));
        document?.Dispose();
        return true;
    }

    public override string ToString() => "| json " + string.Join(',', paths.Select(p => $"{p.Name}={LogQlText.Quote(p.Path.Source)}"));

    private static string Text(JsonDocument document, JsonPath path)
    {
        try
        {
            return path.Text(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: text that no label can hold.
            return "";
        }
    }

    private static bool IsAtEnd(ref Utf8JsonReader reader)
    {
        try
        {
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
