namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>What is shown of a record that no sender put beside its line: it was found out, and who does not ask for it sees the record as it was sent.</summary>
[Flags]
internal enum Discovery : byte
{
    None = 0,

    /// <summary>The service of a stream that names none.</summary>
    Service = 1,

    /// <summary><c>detected_level</c>.</summary>
    Level = 2,

    /// <summary><c>trace_id</c> and <c>span_id</c>.</summary>
    Ids = 4,

    /// <summary><c>detected_level</c> is "unknown", as Loki has it, where nothing says a level.</summary>
    Unknown = 8,
}
