namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The fields of one OTLP message. Filled once at start-up; messages may contain themselves.</summary>
internal sealed class JsonMessage
{
    private JsonField[] _fields = [];

    /// <summary>The order of the fields follows the proto files.</summary>
    public JsonMessage With(params JsonField[] fields)
    {
        _fields = fields;
        return this;
    }

    public JsonField? Find(ReadOnlySpan<byte> name)
    {
        foreach (var field in _fields)
        {
            if (field.IsNamed(name))
                return field;
        }
        return null;
    }
}
