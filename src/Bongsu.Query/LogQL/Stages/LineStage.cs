namespace Bongsu.Query.LogQL.Stages;

/// <summary>One step of a pipeline, compiled from its text. Immutable and thread-safe; what it learns of a line goes into the <see cref="LineState"/>.</summary>
internal abstract class LineStage
{
    /// <summary>False drops the line.</summary>
    public abstract bool Process(LineState line);

    /// <summary>Whether the stage looks at labels by names that are known only when a line is read; then all labels must be there.</summary>
    public virtual bool NeedsAllLabels => false;

    /// <summary>Labels that the stage names and looks at.</summary>
    public virtual IEnumerable<string> ReadsLabels => [];

    /// <summary>Whether the line is another one after it.</summary>
    public virtual bool RewritesLine => false;

    /// <summary>The stage as a query writes it, in its one canonical form.</summary>
    public abstract override string ToString();
}
