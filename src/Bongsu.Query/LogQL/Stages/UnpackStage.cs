using System.Text.Json;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>unpack</c>: turns a line packed by Promtail's pack stage back into its labels and <c>_entry</c>.</summary>
internal sealed class UnpackStage : LineStage
{
    private const string Entry = "_entry";
    private const int MaxDepth = 128;

    public override bool RewritesLine => true;

    public override bool Process(LineState line)
    {
        if (line.Utf8.IsEmpty || line.Utf8[0] != '{')
        {
            line.Fail(ErrorLabels.Json, "expecting json object(6), but it is not");
            return true;
        }
        try
        {
            Unpack(line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            line.Fail(ErrorLabels.Json, e.Message);
        }
        return true;
    }

    public override string ToString() => "| unpack";

    private static void Unpack(LineState line)
    {
        var reader = new Utf8JsonReader(JsonLine.Bytes(line), new JsonReaderOptions { MaxDepth = MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        // Without an entry nothing was packed: the line stays as it is, with its labels.
        if (!document.RootElement.TryGetProperty(Entry, out var entry) || entry.ValueKind != JsonValueKind.String)
            return;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name != Entry && property.Value.ValueKind == JsonValueKind.String)
                line.Extract(property.Name, LabelNaming.Sanitize(property.Name), property.Value.GetString()!);
        }
        line.Line = entry.GetString()!;
    }
}
