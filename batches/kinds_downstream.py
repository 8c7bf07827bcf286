"""Kinds from tangential flow filtration to the shipped container."""

from batches.typedfields import Kind, choice, instant, number, text

TFF = Kind(
    "tff",
    "Tangential flow filtration",
    "batches.TffRun",
    (
        text("cartridge", "Cartridge serial number"),
        number("use_count", "1", "Use count of the cartridge"),
        number("area", "m2", "Membrane area"),
        number("fibres", "1", "Fibres"),
        number("fibre_diameter", "mm", "Inner diameter of a fibre"),
        number("flush_load", "L/m2", "Flush volume per area"),
        number("nwp_pre", "L/m2/h/bar", "Normalised water permeability before"),
        number("nwp_post", "L/m2/h/bar", "Normalised water permeability after"),
        number("nwp_recovery", "%", "Recovery of the water permeability"),
        choice("integrity_pre", "Integrity before use"),
        choice("integrity_post", "Integrity after use"),
        number("cross_flow", "mL/min", "Cross flow Q"),
        number("shear", "1/s", "Wall shear rate"),
        number("tmp", "bar", "Transmembrane pressure"),
        number("flux", "L/m2/h", "Mean flux"),
        number("feed_volume", "mL", "Feed volume"),
        number("membrane_load", "L/m2", "Membrane load"),
        number("retentate_volume", "mL", "Retentate volume after concentration"),
        number("vcf", "x", "Volumetric concentration factor"),
        number("buffer_volume", "mL", "Diafiltration buffer"),
        number("diavolumes", "DV", "Diavolumes"),
        number("residual", "%", "Residual of freely passing solute"),
        number("conductivity", "mS/cm", "Conductivity at the end"),
        number("permeate_volume", "mL", "Permeate volume"),
        number("permeate_concentration", "particles/mL", "Particles in the permeate"),
        number("permeate_share", "%", "Share of the feed in the permeate"),
        number("filtration_minutes", "min", "Filtration time"),
        number("pool_volume", "mL", "Retentate pool with flush"),
        number("pool_mass", "g", "Retentate pool mass"),
        number("nta_concentration", "particles/mL", "Particles in the retentate pool"),
        number("particles", "particles", "Particles recovered"),
        number("recovery", "%", "Recovery"),
        number("mass_balance", "%", "Mass balance"),
        number("protein", "ug/mL", "Protein"),
        number("purity", "particles/ug", "Particles per protein"),
        choice("cartridge_fate", "Cartridge after use"),
        instant("started_at", "Started at"),
        instant("ended_at", "Ended at"),
    ),
)

POLISHING = Kind(
    "polishing",
    "Polishing",
    "batches.Polishing",
    (
        choice("method", "Method"),
        text("column", "Column"),
        number("column_volume", "mL", "Column volume"),
        number("load_share", "%", "Load as share of the column volume"),
        number("volume_in", "mL", "Volume in"),
        number("volume_out", "mL", "Volume pooled"),
        number("concentration_in", "particles/mL", "Particles in"),
        number("concentration_out", "particles/mL", "Particles out"),
        number("recovery", "%", "Recovery"),
        number("purity", "particles/ug", "Particles per protein"),
        text("fractions", "Fractions pooled"),
    ),
)

LOADING = Kind(
    "loading",
    "Cargo loading",
    "batches.Loading",
    (
        choice("method", "Method"),
        text("programme", "Programme"),
        text("cargo_lot", "Cargo lot"),
        number("particles_in", "particles", "Particles in"),
        number("cargo_added", "pmol", "Cargo added"),
        number("cargo_loaded", "pmol", "Cargo loaded"),
        number("cargo_recovered", "pmol", "Cargo recovered free"),
        number("loading", "%", "Loading"),
        number("cargo_balance", "%", "Cargo balance"),
        number("copies_per_particle", "copies/particle", "Copies per particle"),
        number("free_cargo", "%", "Free cargo"),
        number("particle_recovery", "%", "Particle recovery"),
        number("minutes", "min", "Time at 4 degC"),
    ),
)

COATING = Kind(
    "coating",
    "Surface coating",
    "batches.Coating",
    (
        text("reagent_lot", "Reagent lot"),
        number("reagent_added", "mg", "Reagent added"),
        number("reagent_recovered", "mg", "Reagent recovered"),
        number("minutes", "min", "Reaction time"),
        number("temperature", "degC", "Temperature"),
        number("bound", "%", "Bound share"),
        number("particle_recovery", "%", "Particle recovery"),
    ),
)

FORMULATION = Kind(
    "formulation",
    "Formulation",
    "batches.Formulation",
    (
        number("volume_in", "mL", "Retentate used"),
        number("concentration_in", "particles/mL", "Particles in"),
        number("particles", "particles", "Particles in"),
        number("target_concentration", "particles/mL", "Target"),
        number("target_volume", "mL", "Volume at the target"),
        number("buffer_computed", "mL", "Buffer to add"),
        number("buffer_added", "mL", "Buffer added"),
        number("volume_out", "mL", "Bulk volume"),
        number("concentration_out", "particles/mL", "Particles in the bulk"),
        number("mixing_minutes", "min", "Mixing time"),
        number("ph", "pH", "pH"),
        number("osmolality", "mOsm/kg", "Osmolality"),
        number("density", "g/mL", "Density"),
        instant("formulated_at", "Formulated at"),
    ),
)

STERILE_FILTRATION = Kind(
    "sterile_filtration",
    "Sterile filtration",
    "batches.SterileFiltration",
    (
        text("filter_lot", "Filter lot"),
        number("bubble_point_pre", "bar", "Bubble point before"),
        choice("integrity_pre", "Integrity before use"),
        number("pressure_max", "bar", "Highest pressure"),
        instant("started_at", "Started at"),
        instant("ended_at", "Ended at"),
        number("bubble_point_post", "bar", "Bubble point after"),
        choice("integrity_post", "Integrity after use"),
        number("volume_in", "mL", "Volume in"),
        number("volume_out", "mL", "Volume out"),
        number("concentration_out", "particles/mL", "Particles"),
        number("particles", "particles", "Particles"),
        number("recovery", "%", "Recovery over the filter"),
        number("recovery_of_raw", "%", "Recovery of the raw harvests"),
    ),
)

FILL = Kind(
    "fill",
    "Aseptic fill",
    "batches.Fill",
    (
        number("fill_volume", "mL", "Fill volume"),
        number("fill_weight_target", "g", "Target weight"),
        number("hold_up", "mL", "Hold-up"),
        number("qc_volume", "mL", "Bulk taken for testing"),
        number("vials_possible", "vials", "Vials possible"),
        number("vials_issued", "vials", "Vials issued"),
        number("vials_filled", "vials", "Vials filled"),
        number("vials_removed", "vials", "Vials removed"),
        number("interventions", "1", "Interventions"),
        choice("environment", "Grade A monitoring"),
        number("label_share", "%", "Strength as share of the label"),
        number("particles", "particles", "Particles in vials"),
        number("recovery_of_raw", "%", "Share of the raw harvests in vials"),
        instant("started_at", "Started at"),
        instant("ended_at", "Ended at"),
        number("hours_from_filtration", "h", "Time from the end of filtration"),
    ),
    clearance=True,
)

INSPECTION = Kind(
    "inspection",
    "Visual inspection",
    "batches.Inspection",
    (
        number("inspected", "vials", "Vials inspected"),
        number("critical", "vials", "Critical defects"),
        number("major", "vials", "Major defects"),
        number("minor", "vials", "Minor defects"),
        number("major_share", "%", "Major defects"),
        number("minor_share", "%", "Minor defects"),
        number("rejected", "vials", "Vials rejected"),
        number("accepted", "vials", "Vials accepted"),
        instant("ended_at", "Ended at"),
    ),
)

LABELLING = Kind(
    "labelling",
    "Labelling and reconciliation",
    "batches.Labelling",
    (
        number("printed", "labels", "Labels printed"),
        number("applied", "labels", "Labels applied"),
        number("specimens", "labels", "Specimens kept"),
        number("spoiled", "labels", "Labels spoiled"),
        number("destroyed", "labels", "Unused labels destroyed"),
        number("label_difference", "labels", "Label difference"),
        number("vials_issued", "vials", "Vials issued"),
        number("vials_available", "vials", "Vials for release"),
        number("vials_rejected", "vials", "Vials rejected"),
        number("vials_tested", "vials", "Vials to testing"),
        number("vials_reserve", "vials", "Vials kept in reserve"),
        number("vials_stability", "vials", "Vials for stability"),
        number("vials_destroyed", "vials", "Unused vials destroyed"),
        number("vial_reconciliation", "%", "Vial reconciliation"),
        instant("labelled_at", "Labelled at"),
    ),
    clearance=True,
)

LYOPHILISATION = Kind(
    "lyophilisation",
    "Freeze-drying",
    "batches.Lyophilisation",
    (
        text("recipe", "Recipe"),
        number("containers", "vials", "Containers loaded"),
        number("freezing_temperature", "degC", "Freezing temperature"),
        number("primary_pressure", "mbar", "Pressure in primary drying"),
        number("primary_hours", "h", "Primary drying"),
        number("secondary_hours", "h", "Secondary drying"),
        number("residual_moisture", "%", "Residual moisture"),
        number("reconstitution_minutes", "min", "Reconstitution time"),
        number("particle_recovery", "%", "Particle recovery"),
        choice("cake", "Cake"),
    ),
    clearance=True,
)

STORAGE = Kind(
    "storage",
    "Freezing and storage",
    "batches.Storage",
    (
        number("containers", "vials", "Containers stored"),
        text("freezer", "Freezer"),
        text("position", "Position"),
        text("programme", "Freezing programme"),
        number("cooling_rate", "degC/min", "Cooling rate"),
        number("temperature", "degC", "Storage temperature"),
        instant("frozen_at", "Freezing started at"),
        instant("stored_at", "Stored at"),
        number("hours_from_inspection", "h", "Time from the end of inspection"),
    ),
)

COMBINATION = Kind(
    "combination",
    "Combination with a device",
    "batches.Combination",
    (
        text("device_lot", "Device lot"),
        text("device_identifier", "Device identifier"),
        number("volume", "mL", "Volume combined"),
        number("dose_per_volume", "particles/mL", "Dose per volume"),
        number("gel_minutes", "min", "Gel time"),
        number("uniformity", "%", "Dose uniformity"),
        number("pot_life", "min", "Pot life"),
    ),
    clearance=True,
)

SHIPMENT = Kind(
    "shipment",
    "Shipment",
    "batches.Shipment",
    (
        text("consignee", "Consignee"),
        text("shipper", "Shipper"),
        text("logger", "Temperature logger"),
        number("containers", "vials", "Containers shipped"),
        instant("packed_at", "Packed at"),
        instant("shipped_at", "Shipped at"),
        instant("arrived_at", "Arrived at"),
        number("temperature_max", "degC", "Highest temperature"),
        number("excursion_minutes", "min", "Minutes above the limit"),
        choice("condition", "Condition at receipt"),
    ),
)

GENERAL = Kind("general", "General", None)

DOWNSTREAM = (
    TFF,
    POLISHING,
    LOADING,
    COATING,
    FORMULATION,
    STERILE_FILTRATION,
    FILL,
    INSPECTION,
    LABELLING,
    LYOPHILISATION,
    STORAGE,
    COMBINATION,
    SHIPMENT,
    GENERAL,
)
