namespace Bongsu.Query.PromQL.Syntax;

/// <summary>What a selector does where its range begins and ends between samples.</summary>
public enum RangeEdges : byte
{
    /// <summary>Only samples inside count.</summary>
    Plain,
    /// <summary>The newest sample before the range stands at its begin.</summary>
    Anchored,
    /// <summary>Values at begin and end lie on a line between the samples around them.</summary>
    Smoothed,
}
