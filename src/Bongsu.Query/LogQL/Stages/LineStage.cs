namespace Bongsu.Query.LogQL.Stages;

/// <summary>One step of a pipeline, compiled from its text. Immutable and thread-safe; what it learns of a line goes into the <see cref="LineState"/>.</summary>
internal abstract class LineStage
{
    /// <summary>False drops the line.</summary>
    public abstract bool Process(LineState line);

    /// <summary>Whether the stage looks at or changes labels by names that are known only when a line is read; then all labels must be there.</summary>
    public virtual bool NeedsAllLabels => true;

    /// <summary>Labels that the stage reads, when <see cref="NeedsAllLabels"/> is false.</summary>
    public virtual IEnumerable<string> ReadsLabels => [];
}
