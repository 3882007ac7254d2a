namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What led to a decision, beside the policy.</summary>
public enum DecisionReason : byte
{
    /// <summary>The root had ended and the grace was over.</summary>
    RootEnded,
    /// <summary>No root came within the wait.</summary>
    WaitOver,
    /// <summary>Undecided traces took all of their memory, and this was the oldest.</summary>
    MemoryFull,
    /// <summary>It had become too large to wait.</summary>
    TraceTooLarge,
    /// <summary>The policies were about to change.</summary>
    PlanChanged,
    /// <summary>Known from before a restart.</summary>
    Restarted,
    /// <summary>The head let a span in for itself, of a trace outside its share.</summary>
    HeadRescue,
}
