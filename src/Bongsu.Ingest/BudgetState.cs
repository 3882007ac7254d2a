namespace Bongsu.Ingest;

/// <summary>How a budget of active series stands.</summary>
public enum BudgetState : byte
{
    Within,
    /// <summary>Four fifths or more are used.</summary>
    Near,
    /// <summary>It is used up, or new series were refused within the last hour.</summary>
    Over,
}
